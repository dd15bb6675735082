"""Services: objects that run background requests and publish the results as signals."""
