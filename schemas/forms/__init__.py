"""What web forms may send, one module for each released version of FormReceived."""
