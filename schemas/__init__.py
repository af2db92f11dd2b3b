"""What services and companies say to each other: events, their envelope, their bytes and the flow between them."""
