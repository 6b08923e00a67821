"""What people who work on the portal run; the portal itself never imports it."""
