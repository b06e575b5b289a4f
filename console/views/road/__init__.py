"""Away from the network, and back."""
