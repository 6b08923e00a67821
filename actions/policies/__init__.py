"""Who may do what to plans and institutions: reasons why not; an empty list means "go ahead"."""
