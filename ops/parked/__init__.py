"""`koppeling parked`: the records that wait for a human or a later try, and what an operator can do about them."""
