-- depends: 0006.done

-- Up to when the journal was pruned: what was said before and is not in it may have been handled. Only ever later.
create table pruned (
  one   boolean     primary key default true check (one),
  up_to timestamptz not null
);
