-- depends: 0001.runtime

-- What a.s.r. knows, as it was loaded last.

create table policy (
  raamwerkcontractnummer text    not null,
  loonheffingennummer    text    not null,
  policy_numbers         text[]  not null,
  products               text[]  not null,
  starts_on              date    not null,
  insured_groups         text[]  not null,
  salary_notion          text    not null,
  mandate_present        boolean not null,
  primary key (raamwerkcontractnummer, loonheffingennummer)
);

-- Registrations whose form had not both numbers, with the numbers somebody found.
create table policy_match (
  registration           text primary key,
  raamwerkcontractnummer text not null,
  loonheffingennummer    text not null
);
