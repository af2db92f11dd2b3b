"""`koppeling mails`: what the mail ledger holds, and mails of uncertain fate settled by a human."""
