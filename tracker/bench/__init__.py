"""How fast Mien is on this machine."""
