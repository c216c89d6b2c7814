"""What a lower feature announces for higher ones to hear."""

from blinker import signal

account_event = signal("account-event")
"""Sent with a User after something happened to how they sign in that they are to know: the `kind` and `key` of the
notice and, if there is more to say, the `words` in their language; where it is seen elsewhere than on the page of their
account, its `endpoint` and `values`. Whoever tells people tells them."""

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

case_event = signal("case-event")
"""Sent with a Case after something happened in it that colleagues who follow it want to know: its `kind` (stage,
reassigned, closed, reopened) and, when it was reassigned, the `former_lawyer_id` and the `note` for the new lawyer."""

cases_reassigned = signal("cases-reassigned")
"""Sent with None after many cases went to other lawyers together: `former` (Cases with the id of the lawyer of each
before) and the `note` for the new ones. Both lawyers are told of all of them at once, by whoever handed them over."""

case_closing = signal("case-closing")
"""Sent with a Case before its closing is confirmed. Who knows of something left undone answers with sentences."""

calendar_changed = signal("calendar-changed")
"""Sent when a day of the working calendar was entered, changed or removed."""

case_assigning = signal("case-assigning")
"""Sent with a Case before it or its next step goes to a lawyer (`lawyer_id`), or before `persons` come into it; with
None, the `persons` and the `lawyer_id`, before one is opened. Who knows a reason against it, such as a conflict of
interest, refuses."""

cases_assigning = signal("cases-assigning")
"""Sent with None and `cases` of which some may go to other lawyers. Who listens to `case_assigning` reads at once what
there is to know of all of them, and answers with a function of a Case and a lawyer's id that refuses as they would."""

known_elsewhere = signal("known-elsewhere")
"""Sent with None and `person_ids` after it changed whether records of several organisations are one person's."""

parties_changed = signal("parties-changed")
"""Sent with a Case and the `persons` who came into it, or were taken out of it, after that."""

relatives_changed = signal("relatives-changed")
"""Sent with a Relative after it was linked, or the link was taken back."""

records_merged = signal("records-merged")
"""Sent with a Person after another record went into theirs, or came out of it again, with everything that moved."""

records_merging = signal("records-merging")
"""Sent with the record that stays and the one that goes (`gone`) before a merge is confirmed. Who knows what speaks
against their being one person answers with sentences."""

erasing = signal("erasing")
"""Sent with a Person before everything about them is erased. Who has to keep it, as under a legal hold, answers with
sentences; then it is not erased."""

forgotten = signal("forgotten")
"""Sent with None and `ids`, of every row that an erasure emptied or deleted, in the same transaction. Who keeps what no
column refers to them by, such as what was typed on one of their pages, drops it."""

restored = signal("restored")
"""Sent with None and `erased`, the ids of everybody who was erased since, after a backup was put back: whoever can
erase erases them once more, and answers with how many it were. It may be sent twice of the same backup."""

key_destroying = signal("key-destroying")
"""Sent with None and a `key_id` of the ring before that is destroyed. Who knows of something that could never be read
again without it answers with sentences."""

consent_answered = signal("consent-answered")
"""Sent with a Person after a form of the record said what they answer to being registered (`answer`, `on`)."""

consent_ending = signal("consent-ending")
"""Sent with a Consent and its `person` before it is withdrawn. Who goes on only by it answers with sentences on what
would be stopped; nothing is changed by asking."""

consent_ended = signal("consent-ended")
"""Sent with a Consent and its `person` at once when it does not cover any more: withdrawn, refused anew or run out. Who
goes on only by it stops, in the same transaction, and answers with sentences on what was stopped."""
