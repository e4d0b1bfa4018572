"""Who is served: approved chats, and members who do not flood."""
