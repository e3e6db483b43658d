"""What people look at: terminal, HTML, Excel, calendar, email drafts."""
