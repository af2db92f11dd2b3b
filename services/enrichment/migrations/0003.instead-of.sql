-- depends: 0002.match

-- The numbers of the form for which these were found, so that others brought by a correction stand above them; null in
-- a match of before, which counts whatever the form says.
alter table policy_match add column instead_of text;
