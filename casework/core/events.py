"""What a lower feature announces for higher ones to hear."""

from blinker import signal

person_changed = signal("person-changed")
"""Sent with a Person after anything that its stock cell depends on has changed."""

registration_correcting = signal("registration-correcting")
"""Sent with a Person and a day (`on`) before that becomes the day of registration. Who knows why not, refuses."""

case_correcting = signal("case-correcting")
"""Sent with a Case before it is opened (`opened_on`) or closed (`closed_on`) on another day, becomes another kind
(`track`), or a person (`without`) is taken out of it for a `reason`. Who knows why not, refuses; whose things of that
person fall with it, voids them."""

case_reopened = signal("case-reopened")
"""Sent with a Case after it was opened again: what rested while it was closed goes on."""

case_closing = signal("case-closing")
"""Sent with a Case before its closing is confirmed. Who knows of something left undone answers with sentences."""

calendar_changed = signal("calendar-changed")
"""Sent when a day of the working calendar was entered, changed or removed."""

case_assigning = signal("case-assigning")
"""Sent with a Case before it goes to a lawyer (`lawyer_id`); with None, the `persons` and the `lawyer_id`, before one
is opened. Who knows a reason against it, such as a conflict of interest, refuses."""

known_elsewhere = signal("known-elsewhere")
"""Sent with None and `person_ids` after it changed whether records of several organisations are one person's."""

parties_changed = signal("parties-changed")
"""Sent with a Case and the `persons` who came into it, or were taken out of it, after that."""

relatives_changed = signal("relatives-changed")
"""Sent with a Relative after it was linked, or the link was taken back."""

records_merging = signal("records-merging")
"""Sent with the record that stays and the one that goes (`gone`) before a merge is confirmed. Who knows what speaks
against their being one person answers with sentences."""
