-- depends: 0003.replay

-- By which release a record was parked last, and when: operators see by them what a release did.
alter table redelivery add column release text, add column parked_at timestamptz;

create function note_parked() returns trigger language plpgsql as $$
begin
  new.release := nullif(current_setting('koppeling.release', true), '');
  new.parked_at := clock_timestamp();
  return new;
end
$$;
create trigger redelivery_parked_first before insert on redelivery for each row
  when (new.kind = 'parked') execute function note_parked();
create trigger redelivery_parked_again before update of attempt on redelivery for each row
  when (new.kind = 'parked' and not new.handled and new.attempt <> old.attempt) execute function note_parked();

create index redelivery_parked on redelivery (first_at, seq) where kind = 'parked' and not handled;
