-- depends: 0001.runtime

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
