-- depends: 0003.epoch

-- What was done and not published yet as OperatorActed: noted in the transaction that records it, whoever records it.
create table unsaid (action uuid primary key references action);
insert into unsaid select id from action;

create function to_be_said() returns trigger language plpgsql set search_path from current as $$
begin
  insert into unsaid select id from acted;
  return null;
end
$$;
create trigger action_to_be_said after insert on action referencing new table as acted
  for each statement execute function to_be_said();
