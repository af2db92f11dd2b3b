"""The contracts between services and companies: events, their envelope, their bytes and the flow between them."""
