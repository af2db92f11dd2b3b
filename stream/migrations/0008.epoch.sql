-- depends: 0007.prune

-- Greater than 0: the record is decided again although the journal knows it, as an operator forced it to be.
alter table redelivery add column epoch integer not null default 0;
