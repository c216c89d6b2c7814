"""What an organisation wants a second person to approve: asked, shown with before and after, approved or returned."""
