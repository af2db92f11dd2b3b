"""The trade: what a payroll registration must say, when payroll data flow first, and what each package asks.

Pure: no I/O, no clock, no randomness. What decides on time receives it as a value.

All modules, in the order in which they are best read:

- A form and its check: `form`, `check`; the kinds of form: `registration_form`, `other_forms`.
- What is asked: `package` (what each of `packages` declares), `asked`; and what is not: `unasked`.
- One field: `fields`, `choices`, `employer_code`, `identifier`, `loonheffingennummer`, `elfproef`, `typed_text`,
  `field_title`; how they are read: `field_reader`; what is wrong with them: `fault`, `fault_list`.
- Secrets: `sealed_fields`, `sealed_secret`.
- An earlier registration: `earlier_form`, `quoted_reference`, `correction_code`, `correction`.
- When data flow: `first_exchange`, `calendar`, `working_day`, `amsterdam`.
- People: `address_key`, `customer_help`. What a.s.r. hands in: `row_file`; what Keylane finds: `finding`.
"""
