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
