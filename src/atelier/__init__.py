"""What makes the site: reads docs/, writes site/."""
