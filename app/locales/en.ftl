### Plain English. The same keys as nb.ftl, in the same order; no other variables.
### Say what happened, then what to do; at most 12 words a sentence for participants.

## language: the language itself, and choosing one

language-name = English
language-dir = ltr
language-choose = Choose language
language-failed = We could not get the language. Try again when you are online.

## app: the frame around every page

app-name = Minvei
app-page-title = { $page } – Minvei
app-loading = Loading …
app-skip-to-content = Skip to the content
app-not-found-title = We cannot find the page
app-not-found-todo = Go back to the front page.
app-part-missing-title = The page has not been fetched yet
app-part-missing-todo = Check that you are online. Then try again.
app-to-front = To the front page

## action: words on buttons, used everywhere

action-save = Save
action-cancel = Cancel
action-undo = Undo
action-close = Close
action-back = Back
action-next = Next
action-add = Add
action-remove = Remove
action-retry = Try again
action-yes = Yes
action-no = No
action-print = Print
action-choose = Choose

## sync: saved here, shared, refused

sync-saved-here = Saved here
sync-shared = Shared
sync-refused = Not accepted
sync-offline = You are offline. Everything you do is saved here.
sync-alone = You work offline because you chose to. Everything you do is saved here.
sync-alone-end = Go online again
sync-sharing = Sharing …
sync-all-shared = Everything is shared
sync-waiting =
    { $count ->
        [one] 1 thing is not shared yet
       *[other] { $count } things are not shared yet
    }

## outbox: what waits, by name

outbox-title = Not shared yet
outbox-hint = These are shared by themselves when you are online again.
outbox-empty = Everything is shared. You need not do anything.
outbox-share-now = Share now
outbox-rescue = Is it never shared?
outbox-rescue-what = Save what is waiting to a file and take it to the centre. Nobody can read it on the way.
outbox-rescue-save = Save the file
outbox-made-at = Made { $when }
outbox-held-heading = For the manager
outbox-held = This came after your access ended. The manager decides.
outbox-answered-heading = Answers from the manager
outbox-answered-yes = The manager accepted this on { $date }. It counts now.
outbox-answered-no = The manager did not accept this on { $date }. Ask the manager if you wonder why.
outbox-refused-heading = Not accepted
outbox-why = Why: { $reason }
outbox-emptied = Something about a person you no longer have access to
outbox-dismiss = I have seen it
outbox-try-again = Try again

## command: what was done, as a name in the outbox and in the undo toast

command-person-register = New participant
command-person-correct = Details of a participant
command-person-assign = New contact person
command-staff-register = New colleague or school
command-staff-correct = Details of a colleague or school
command-staff-end = Access ended
command-staff-return = Access given again
command-group-enrol = Added to a group
command-group-leave = Taken out of a group
command-series-plan = Activity in the week plan
command-series-end = Activity ended
command-exception-move = Activity moved
command-exception-cancel = Activity cancelled
command-exception-restore = Activity as planned again
command-day-off-declare = Red day
command-day-off-withdraw = Red day removed
command-attendance-set = Attendance
command-standing-set = Standard count of lunch packets
command-order-change = Order of lunch packets
command-order-answer = Answer to a school
command-packing-tick = Tick in the kitchen
command-menu-plan = Menu
command-person-look = Looked at participants
command-crew-add = New in the kitchen
command-crew-set-pin = New PIN in the kitchen
command-crew-end = Left the kitchen
command-person-shield = Participant protected
command-shield-ask = Asked a colleague about protection
command-shield-answer = Answer about protection
command-shield-unname = Access to a protected participant taken away
command-glass-break = Used emergency access
command-held-answer = Answer to what came too late
command-unknown = Change ({ $name })
noted-card = New card
noted-invite = Link made
noted-withdraw = Link withdrawn
noted-accept = Chose user name and password
noted-second = Code from the phone set up
noted-passkey = Passkey added
noted-passkey-end = Passkey removed
noted-held = Came too late, the manager decides
noted-sign-in = Signed in
noted-wrong = Wrong PIN, password or code
noted-read = Read in the log
noted-received = Fetched what is known of a protected participant
noted-reviewed = Looked through an entry of the log
noted-sign-in-by = Signed in with ID-porten or Feide
noted-link = Connected with ID-porten or Feide
noted-unlink = No longer connected with ID-porten or Feide
noted-restrict = Participant taken out of use
noted-lift = Participant back in use
noted-shred = Participant erased

## undo: the toast after something was done

undo-done = Saved: { $what }
undo-undone = Undone: { $what }
undo-too-late = It is too late to undo. Change it on the page.

## update: a new version of the app

update-ready-title = A new version is ready
update-ready-todo = It takes a few seconds. You lose nothing.
update-take = Use it now
update-waits = The new version comes when you have finished what you are doing.

## storage: what may be wrong with the device's memory, and what to do

older-away = This is more than five weeks ago, and is not on this device.
older-away-todo = It is fetched when you have a network.
storage-not-persistent-title = The browser may delete what is saved here
storage-not-persistent-todo = Add Minvei to your home screen. Then it is safe.
storage-missing-title = The browser saves nothing
storage-missing-todo = Open Minvei in an ordinary window, not a private one.
storage-full-title = It is full here
storage-full-todo = Delete some pictures or apps. Then try again.
storage-blocked-title = Another tab must be closed first
storage-blocked-todo = Close the other tabs with Minvei. Then try again.
storage-elsewhere-title = Minvei is open in another tab
storage-elsewhere-todo = Go on there, or use Minvei here.
storage-elsewhere-use-here = Use Minvei here
storage-newer-title = A newer version is in use
storage-newer-todo = Reload the page. You lose nothing.
storage-reload = Reload

## date: words for days and times; no message here depends on the browser's languages

date-today = Today
date-tomorrow = Tomorrow
date-yesterday = Yesterday
date-weekday-monday = Monday
date-weekday-tuesday = Tuesday
date-weekday-wednesday = Wednesday
date-weekday-thursday = Thursday
date-weekday-friday = Friday
date-weekday-saturday = Saturday
date-weekday-sunday = Sunday
date-short-monday = Mon
date-short-tuesday = Tue
date-short-wednesday = Wed
date-short-thursday = Thu
date-short-friday = Fri
date-short-saturday = Sat
date-short-sunday = Sun
date-month-january = January
date-month-february = February
date-month-march = March
date-month-april = April
date-month-may = May
date-month-june = June
date-month-july = July
date-month-august = August
date-month-september = September
date-month-october = October
date-month-november = November
date-month-december = December
date-long = { $weekday } { $day } { $month }
date-week = week { $week }
# Between hours and minutes. A message of its own: isolation marks inside a clock time would turn
# it around in a right-to-left line.
date-clock-separator = :
date-range = { $start }–{ $end }
date-range-from = from { $start }
date-range-until = until { $end }
date-range-unknown = time not set
date-now = now
date-in-minutes =
    { $minutes ->
        [one] in 1 minute
       *[other] in { $minutes } minutes
    }
date-in-hours =
    { $hours ->
        [one] in 1 hour
       *[other] in { $hours } hours
    }
date-in-hours-minutes = in { $hours } h { $minutes } min
date-in-days =
    { $days ->
        [one] in 1 day
       *[other] in { $days } days
    }
date-left-minutes =
    { $minutes ->
        [one] 1 minute left
       *[other] { $minutes } minutes left
    }
date-left-hours =
    { $hours ->
        [one] 1 hour left
       *[other] { $hours } hours left
    }
date-left-hours-minutes = { $hours } h { $minutes } min left
date-left-days =
    { $days ->
        [one] 1 day left
       *[other] { $days } days left
    }
date-left-none = no time left

## holiday: the public holidays

holiday-new-year = New Year’s Day
holiday-maundy-thursday = Maundy Thursday
holiday-good-friday = Good Friday
holiday-easter-sunday = Easter Sunday
holiday-easter-monday = Easter Monday
holiday-labour-day = Labour Day
holiday-constitution-day = Constitution Day
holiday-ascension = Ascension Day
holiday-whit-sunday = Whit Sunday
holiday-whit-monday = Whit Monday
holiday-christmas-day = Christmas Day
holiday-boxing-day = Boxing Day

## auth: signing in and out

auth-title = Sign in
auth-card-code = Code on the card
auth-card-code-hint = The code is on your card.
auth-pin = PIN
auth-pin-hint = The numbers you got with the card.
auth-staff-heading = For staff
auth-user-name = User name
auth-password = Password
auth-password-show = Show the password
auth-password-hide = Hide the password
auth-sign-in = Sign in
auth-sign-out = Sign out
auth-signed-in-as = Signed in as { $name }
auth-wrong-pin = The code or the PIN is wrong. Try again.
auth-wrong-password = The user name or the password is wrong. Try again.
auth-wait =
    { $seconds ->
        [one] Too many tries. Wait 1 second.
       *[other] Too many tries. Wait { $seconds } seconds.
    }
auth-no-network-title = You must be online the first time
auth-no-network-todo = Go online and try again.
auth-again = Sign in again to share. Everything is saved here.
auth-locked = The screen is locked
auth-unlock = Unlock

## nav: the names of the places

nav-main = Main menu
nav-today = Today
nav-week = Week
nav-participants = Participants
nav-plan = Week plan
nav-attendance = Attendance
nav-kitchen = Kitchen
nav-orders = Lunch packets

## role: what people are here

role-participant = Participant
role-adviser = Contact person
role-teacher = Activity leader
role-kitchen = Kitchen
role-school = School
role-reception = Reception
role-manager = Manager
role-mentor = Mentor
role-partner = Partner organisation
role-admin = Technical administrator

## activity: the kinds of activity; one picture each

activity-kitchen = Food and talk
activity-norwegian = Norwegian workshop
activity-computer = Computer help
activity-job = Job search
activity-meeting = Theme meeting
activity-talk = Conversation group
activity-practice = Work practice
activity-homework = Homework help
activity-network = EMPO
activity-fitness = Yoga and fitness
activity-cafe = Café

## today: the participant's day

today-title = Today
today-now = Now
today-next-when = Next, { $when }
today-nothing-more = Nothing more today
today-nothing = Nothing today
today-not-planned-title = The plan is empty
today-not-planned-todo = Ask your contact person.
today-time = At { $time }
today-place = Place: { $place }
today-with = With { $name }
today-bring = Bring { $what }
today-read-aloud = Read aloud
today-stop-reading = Stop
today-cancelled = Cancelled
today-cancelled-because = Cancelled: { $reason }
today-moved-to = Moved to { $new }
today-red-day = Red day. The centre is closed.
today-red-day-because = Closed: { $reason }

## week: the participant's week

week-title = My week
week-this = This week
week-previous = Last week
week-next = Next week
week-day-empty = Nothing
week-empty-title = The week is empty
week-empty-todo = Ask your contact person.

## order: the school orders lunch packets

order-title = Lunch packets for { $school }
order-packets =
    { $count ->
        [one] 1 lunch packet
       *[other] { $count } lunch packets
    }
order-tomorrow = Tomorrow: { $count }.
order-day = { $day }: { $count }.
order-until = You can change it until { $time } – { $left }.
order-until-day = You can change it until { $day } at { $time }.
order-coming-days = The next school days
order-coming-empty-title = No school days ahead
order-coming-empty-todo = Ask the centre about the school calendar.
order-standard-heading = Standard count per weekday
order-standard-hint = This is ordered by itself every week.
order-standard-day = Standard count, { $day }
order-standard-from = From { $date }
order-standard-kept =
    { $count ->
        [one] 1 day you changed yourself stays as it is.
       *[other] { $count } days you changed yourself stay as they are.
    }
order-count = Count for { $day }
order-fewer = One fewer
order-more = One more
order-is-standard = Standard count
order-to-standard = Back to the standard count ({ $count })
order-close-day = Close the day
order-closed = Closed
order-open-again = Open again
order-received = Received
order-not-sent = Not sent
order-not-sent-hint = It is sent when you are online again.
order-unusual = Usually { $usual }. Is { $count } right?
order-unusual-yes = Yes, { $count } is right
order-unusual-change = No, change the count
order-deadline-passed = The deadline was { $time }.
order-deadline-ask = The kitchen must answer the change.
order-ask-kitchen = Ask the kitchen
order-waiting = Waiting for the kitchen
order-asked-for = You asked for { $count }.
order-answered-yes = The kitchen said yes at { $time }.
order-answered-no = The kitchen said no at { $time }.
order-answered-count = The kitchen said { $count } at { $time }.

## kitchen: the day in the kitchen

kitchen-empty-title = No lunch packets on this day
kitchen-differs = Differs: { $count }
kitchen-differs-none = Nothing differs
kitchen-changed = { $school }: { $old } → { $new }
kitchen-step-made = Made
kitchen-step-packed = Packed
kitchen-step-loaded = Loaded
kitchen-step-delivered = Delivered
kitchen-step-by = { $name } at { $time }
kitchen-late-question = { $school } asks: { $change } (made { $made }, received { $received })
kitchen-late-yes = Yes
kitchen-late-no = No
kitchen-answered-yes = Yes, answered { $name } at { $time }
kitchen-answered-no = No, answered { $name } at { $time }
kitchen-answered-count = { $count } possible, answered { $name } at { $time }
kitchen-two-answers = Two answers. Choose one.
kitchen-answer-by = { $answer } – { $name } at { $time }
kitchen-menu-empty-title = No menu yet

## adviser: participants and their groups

adviser-participants-title = Participants
adviser-participants-count =
    { $count ->
        [one] 1 participant
       *[other] { $count } participants
    }
adviser-mine = My participants
adviser-search = Search for a participant
adviser-none-found = Found nobody with that name
adviser-empty-title = No participants yet
adviser-empty-todo = Register the first one.
adviser-register = Register a participant
adviser-registered = { $name } is registered
adviser-first-name = First name
adviser-last-name = Family name
adviser-name = Name
adviser-phone = Telephone
adviser-language = Language
adviser-contact-person = Contact person
adviser-unknown = Not known yet
adviser-optional = May stay empty
adviser-groups = Groups
adviser-groups-none = In no group

## plan: the centre's week plan

plan-empty-title = The week is empty
plan-add = Add an activity
plan-name = What
plan-kind = Kind
plan-weekday = Weekday
plan-start = Starts
plan-end = Ends
plan-place = Place
plan-leader = With whom
plan-group = Group
plan-group-open = Open to all
plan-bring = Bring
plan-from = From date
plan-until = To date
plan-move = Move
plan-cancel = Cancel activity
plan-cancel-reason = Why is it cancelled?
plan-cancelled-because = Cancelled: { $reason }
plan-restore = As planned again
plan-old-new = { $old } → { $new }
plan-red-day = Red day
plan-red-day-add = Add a red day
plan-red-day-reason = Why is it closed?
plan-red-day-remove = Remove the red day

## attendance: who was there

attendance-title = Attendance
attendance-of = Attendance: { $activity }, { $date }
attendance-here = Here
attendance-away = Away
attendance-late = Late
attendance-late-minutes =
    { $minutes ->
        [one] 1 minute late
       *[other] { $minutes } minutes late
    }
attendance-late-label = How many minutes?
attendance-not-registered = Not registered
attendance-count = { $here } of { $total } are here
attendance-two-answers = Two answers. Choose one.
attendance-empty-title = Nobody in the group
attendance-empty-todo = Add participants to the group first.
attendance-not-yet = You can register when the day has come.

## slip: the paper with card and PIN, made at the desk

slip-title = Card and PIN
slip-make = Make a card and a PIN
slip-how = Scan with the camera of the phone. Then type the PIN.
slip-qr = QR code for the card
slip-once = The PIN shows only now. Print it.
slip-or-open = Or open { $address } in the browser, and type the code.
slip-old-stops = The old PIN stops working when you make a new one.
slip-print = Print the card

## reject: why the rules said no; one plain sentence each

reject-gone = This is no longer here.
reject-forbidden = You cannot change this.
reject-unknown-command = The app is too old or too new. Reload it.
reject-malformed = We did not understand what was sent. Try again.
reject-reused-id = This was sent before, with other content.
reject-out-of-range = { $field } must be from { $min } to { $max }.
reject-outside-school-year = The day is outside the school year: { $date }.
reject-not-school-day = The school is closed on { $date }.
reject-end-before-start = The end must come after the start.
reject-not-planned = Nothing is planned on { $date }.
reject-day-is-over = The day is over: { $date }.
reject-day-is-ahead = The day has not come yet: { $date }.
reject-already-answered = Somebody has answered already.
reject-no-contact = A participant needs a contact person.
reject-newer = The server said no for a reason this version does not know. Reload the page.
reject-exists = This is here already.
reject-own-part = You cannot change your own role or access. Ask another manager.
reject-needs-school = Choose which school it is for.
reject-two-persons = Two colleagues must do this together. Ask another one who has access.
reject-full = There are { $max } here already, and there is no room for more. Remove one first.
reject-too-many-wait = This came too late, and much of yours is waiting for the manager's answer already. Tell the manager.
reject-empty = { $field } cannot be empty.
reject-too-long = The text is too long. It may have { $max } characters.
reject-internal = Something went wrong on our side. Tell us number { $reference }.

## field: the fields a rejection speaks of

field-count = Count
field-name = Name
field-date = Date
field-time = Time
field-reason = Reason
field-weekday = Weekday

## fault: something is broken for now

fault-not-yet = Not yet. We try again.
fault-not-saved = We could not save. Try again.
fault-page-title = Something went wrong
fault-page-todo = Reload the page.

## participant: more for today and my week

participant-upcoming = Next
participant-ends = ends { $when }
participant-done = Done
participant-moved = Moved from { $old } to { $new }
participant-read-now = Now: { $what }
participant-see-week = See the week
participant-tomorrow = Tomorrow, { $day }
participant-mark-moved = {" "}(moved)
participant-mark-cancelled = {" "}(cancelled)
participant-span = { $from } – { $until }

## desk: more for the school's page

desk-lead = You only need to change what is different.
desk-no-school-title = You do not belong to a school yet
desk-no-school-todo = Ask the centre.
desk-tomorrow = Tomorrow, { $day }
desk-today = Today, { $day }
desk-usually = Usually { $usual }
desk-outside-year = Outside the school year
desk-span = { $from } – { $until }
desk-button-for = { $button }: { $day }
desk-asked-close = You asked to close the day.
desk-answer = { $answer } – at { $time }
desk-choose = Choose { $answer }
desk-kept = { $day }: { $answer }
desk-step-at = { $step } at { $time }
desk-steps = Delivery
desk-two-answers = Two answers
desk-asked = The kitchen has been asked: { $what }
desk-received = Received. Receipt { $number }
desk-standard-received = Standing order. Receipt { $number }

## board: more for the kitchen's page and the count sheet

board-title = The kitchen, { $day }
board-days = Day
board-pick-day = Pick a date
board-go-to = Go to { $day }
board-weekend = It is the weekend. No lunch packets.
board-holiday = Public holiday: { $name }. No lunch packets.
board-closed = { $school } is closed
board-closed-because = { $school } is closed: { $reason }
board-steps = How far are we?
board-of = of { $total }
board-packets =
    { $count ->
        [one] lunch packet
       *[other] lunch packets
    }
board-tick = { $step } – { $school }
board-tick-disputed = { $step }: two answers. Choose one.
board-not-done = Not { $step }
board-ticked = { $school }: { $step }
board-unticked = { $school }: not { $step }
board-at = at { $time }
board-wish-close = close the day
board-late-total = How many in all?
board-late-total-send = { $count } in all
board-counts-larger = We count { $count } until the school has chosen.
board-asked = { $school } asked: { $change }
board-answered-yes = Yes, answered at { $time }
board-answered-no = No, answered at { $time }
board-answered-count = { $count } in all, answered at { $time }
board-sheet = Count sheet
board-sheet-school = School
board-sheet-count = Count
board-sheet-differs = Different
board-sheet-total = In all
board-sheet-caption = Lunch packets { $day }, all schools
board-sheet-asks = Asks: { $change }
board-sheet-classes = The numbers of the classes are the usual ones.

## shell: more for the frame, what waits, the device, and signing in

shell-language = Language and device
shell-server-older = The server is older than the app. Everything is saved here and shared later.
shell-too-old = The app is too old to receive anything new. Please reload.
sync-saving = Saving …
sync-chip-saved = Saved here · { $count }
sync-chip-offline = Offline
sync-chip-offline-count = Offline · { $count }
sync-chip-refused = { $count } not accepted
outbox-all-shared-title = Everything is shared
outbox-edit = Correct it
outbox-retry-refused = Still not accepted: { $reason }
more-title = More
more-device = On this device
more-keeping-for-good = What is saved here will not be deleted by itself.
more-keeping-unknown = We do not know whether the browser may delete what is saved here.
more-alone = Work offline
more-alone-what = Offline, nothing is sent or fetched until you want it. This saves data and battery.
devices-title = Your devices
devices-what = You are signed in here. Is there a device you do not know? Sign out there, and tell the centre.
devices-here = This device
devices-used = Last used { $when }
devices-unknown = Unknown device
devices-end-named = Sign out: { $device }
devices-offline = You see your devices when you are online.
devices-not-known = We cannot get your devices now. Try again later.
devices-ended = Signed out: { $device }
devices-not-ended = We could not sign out there. Try again when you are online.
more-rescue = Bring in from a file
more-rescue-what = Could someone not share what she registered? Choose the file from her device.
more-rescue-file = Choose a file
more-rescue-done = Brought in: { $applied }. Not accepted: { $refused }.
more-rescue-held = For the manager: { $held }.
more-rescue-waiting = Something before what is in the file is missing. Save a new file on the device and try again.
more-rescue-unreadable = The file cannot be read. It is damaged or belongs to another centre.
more-rescue-needs-network = We cannot connect. Try again when you are online.
more-install = How to put Minvei on the home screen
more-install-android = Android: Tap the three dots at the top. Choose “Add to Home screen”.
more-install-iphone = iPhone: Tap the square with the arrow. Choose “Add to Home Screen”.
more-sign-out-loses =
    { $count ->
        [one] 1 thing is not shared. It will be gone if you sign out now.
       *[other] { $count } things are not shared. They will be gone if you sign out now.
    }
more-sign-out-anyway = Sign out anyway
more-sign-out-what = Everything saved here is removed from this device. What is shared is safe.
auth-who = Who are you?
auth-lost = Lost your card, or forgotten the PIN? Ask at the reception.
auth-lost-password = Forgotten your password? Ask the manager for a new link.
auth-signing-in = Signing in …
auth-other-waiting = Something of another person has not been shared from this device. That person must sign in here first.
auth-not-yet = It did not work just now. Try again in a little while.
auth-school = Schools sign in with the link they have from the centre.
auth-passkey = Sign in with a passkey
auth-passkey-unknown = The passkey does not work here, or it took too long. Try again, or sign in with your user name and password.
auth-passkey-failed = We could not use a passkey on this device. Sign in with your user name and password.
nav-more = More
nav-me = Me

## second: the second step of signing in, for staff

second-title = Signing in
second-code = Code from your phone
second-code-hint = Open the code app on your phone. Type the six digits for Minvei.
second-recovery = Recovery code
second-recovery-hint = Type one of the codes you have written down. Each code works once.
second-no-phone = I do not have my phone
second-has-phone = I have my phone
second-wrong = The code is wrong or was used before. Try a new code.
second-why = You need both your password and a code from your phone. Then nobody gets in with your password alone.
second-app = Open a code app on your phone. If you have none, you can get Google Authenticator or Microsoft Authenticator.
second-scan = Scan this code with the app.
second-by-hand = Cannot scan? Type this key into the app:
second-same-phone = Open the app on this phone
second-qr = QR code for the code app
second-on = You sign in with your password and a code from your phone.
second-off = You sign in with your password only.
second-left =
    { $count ->
        [one] You have 1 recovery code left.
       *[other] You have { $count } recovery codes left.
    }
second-few = Set it up again. Then you get ten new ones.
second-anew-what = Do you have a new phone? Set it up again.
second-set-up = Set up a code from your phone
second-anew = Set it up again
second-prove = First show that it is you.
second-confirm = Confirm
second-offline = You see this when you are online.
second-not-known = We cannot fetch this now. Try again later.

## passkeys: a key on her device instead of a password

passkeys-title = Passkeys
passkeys-what = With a passkey you sign in with your finger, your face or your screen lock. You type no password and no code.
passkeys-none = You have no passkeys yet.
passkeys-add = Add a passkey
passkeys-add-what = Use a device that only you can unlock. Whoever can unlock it gets in as you.
passkeys-name = Name of the passkey
passkeys-name-hint = A name you will know it by, such as “My phone”.
passkeys-name-unknown = This device
passkeys-make = Add
passkeys-making = Waiting for your device …
passkeys-added = Passkey added: { $name }
passkeys-not-added = The passkey was not added. Try again.
passkeys-full = You have { $count } passkeys. There is no room for more. Remove one you do not use.
passkeys-here = You already have a passkey on this device.
passkeys-device-failed = Your device could not make a passkey. Try another device.
passkeys-wrong-password = The password is wrong. Try again.
passkeys-no-browser = You cannot make passkeys here. Try a newer browser or another device.
passkeys-dates = Added { $added }. Last used { $used }.
passkeys-dates-unused = Added { $added }. Not used yet.
passkeys-end = Remove passkey
passkeys-end-named = Remove: { $name }
passkeys-end-what = “{ $name }” will no longer let you in. Delete the passkey on your device too.
passkeys-ended = Passkey removed: { $name }
passkeys-not-ended = We could not remove the passkey. Try again when you are online.
passkeys-offline = You see your passkeys when you are online.
passkeys-not-known = We cannot get your passkeys now. Try again later.

## recovery: codes on paper for the day the phone is lost

recovery-title = Write down your recovery codes
recovery-what = A recovery code lets you in without your phone. We show them only now.
recovery-copy = Copy
recovery-copied = The recovery codes are copied
recovery-not-copied = We could not copy. Write them down or print them.
recovery-written = I have written them down
recovery-slip = Recovery codes for { $name }
recovery-keep = Each code works once. Keep this sheet in a safe place.

## enter: a school's link, and links on a device where somebody is signed in

enter-gone-title = The link does not work any more
enter-gone-todo = Ask the centre for a new link.
enter-other-way = Sign in another way
enter-offline-title = You must be online to sign in
enter-failed-title = We could not sign you in
enter-already-title = You are signed in already
enter-already-todo = Is the link for somebody else? Sign out under “More”, and open the link again.
enter-to-page = To your page
enter-again = Open your link again, from the bookmark, the e-mail or the sheet. If it does not work, ask the centre for a new one. Everything is saved here.
enter-keep = Keep this link
enter-keep-how = The link you opened is the way in every time. Copy it, and make a bookmark of it.
enter-keep-not-copied = We could not copy the link. Keep it where you got it.

## invite: an invitation to choose user name and password

invite-hello = Welcome, { $name }
invite-choose = Choose a user name and a password. Then we sign you in.
invite-renew = Choose a new password. Then we sign you in.
invite-part = Your role: { $role }
invite-login-how = 3 to 40 characters: small letters from a to z, digits, full stop and hyphen.
invite-login-weak = The user name is too short or too long, or has characters that cannot be used.
invite-login-taken = Somebody has this user name already. Choose another.
invite-password = New password
invite-password-how = At least { $count } characters. Three or four words in a row are good.
invite-password-weak = The password is too short or too easy to guess. Use at least { $count } characters, such as three or four words.
invite-send = Save and sign in
invite-gone-title = The invitation does not work any more
invite-gone-todo = If you have used it, sign in as usual. Otherwise ask the manager for a new one.

## oidc: signing in by a provider outside, such as ID-porten or Feide

oidc-sign-in = Sign in with { $label }
oidc-refused = The sign-in was cancelled or not accepted. Try again.
oidc-gone = The sign-in took too long, or began somewhere else. Try again.
oidc-away = The service does not answer now. Try again soon, or use your card or password.
oidc-low = You must sign in more securely, for example with BankID. Try again.
oidc-nobody = We were not told who you are. Sign in with your card or password.
oidc-not-linked = We do not recognise you. Sign in with your card or password first. Then connect under “More” or “Me”.
oidc-no-school = We did not find your school, or several people order for it. Sign in with the link from the centre.
oidc-not-enough = This sign-in is not secure enough for you here. Sign in with your card or password.
oidc-taken = Somebody else is connected with this sign-in.
oidc-wrong = That was not right. Try again.
oidc-title = Other ways to sign in
oidc-what = Connect, and you can sign in with it next time.
oidc-since = Connected { $when }
oidc-none = Not connected
oidc-link = Connect { $label }
oidc-end = Disconnect { $label }
oidc-end-what = { $label } will no longer let you in. Next time, sign in another way.
oidc-linked = You are connected. Next time you can sign in this way.
oidc-ended = Disconnected { $label }
oidc-offline = You see this when you are online.
oidc-not-known = We cannot get this now. Try again later.

## log: who did what with whose information

log-open = See the list
log-hers-title = Who has looked at my information?
log-hers-lead = Here you see who has looked at, written or changed something.
log-hers-empty = Nobody has done anything yet
log-hers-registered = { $who } registered you
log-hers-corrected = { $who } corrected your name, telephone or language
log-hers-contact = { $who } gave you another contact person
log-hers-enrolled = { $who } put you into a group
log-hers-left = { $who } took you out of a group
log-hers-attendance = { $who } wrote down whether you were here
log-hers-card = { $who } made you a new card and a new PIN
log-hers-sign-in = Your card was used to sign in. Was it not you? Tell the centre.
log-hers-sign-in-by = ID-porten or Feide was used to sign in as you. Was it not you? Tell the centre.
log-hers-link = Your account was connected with ID-porten or Feide. Was it not you? Tell the centre.
log-hers-unlink = Your account is no longer connected with ID-porten or Feide
log-hers-shielded = { $who } protected you. Only those who must know see that you are here.
log-hers-shield-asked = { $who } asked a colleague about your protection
log-hers-shield-answered = { $who } answered a colleague about your protection
log-hers-unnamed = { $who } decided that a colleague shall no longer know that you are here
log-hers-held = { $who } wrote something about you that came too late. The manager decides whether it counts.
log-hers-held-answered = { $who } decided whether something that came too late counts
log-hers-other = { $who } changed something about you
log-hers-erased = { $who } did something, but the content is erased
log-own-title = What you have done
log-own-lead = Here is what you have looked at, written and changed.
log-all-title = Log of looks and changes
log-all-lead = Here is who has looked at, written or changed something, and about whom.
log-empty = Nothing here yet
log-erased = The content is erased
log-somebody = Somebody
log-operator = Whoever runs Minvei
log-made = done { $when }
log-by = Colleague or school
log-offline = You must be online to see the list
log-not-known = We cannot get the list now. Try again.
log-hers-page = { $who } looked at your page
log-hers-list = { $who } saw your name on a list
log-hers-group = { $who } saw your group's attendance list
log-hers-read = { $who } read this list about you
log-hers-received = { $who } fetched your information
log-hers-wrong = Somebody typed a wrong PIN for your card. Was it not you? Tell the centre.
log-page-seen = Looked at a participant's page
log-list-seen =
    { $count ->
        [one] Saw a list with 1 participant
       *[other] Saw a list with { $count } participants
    }
log-group-seen =
    { $count ->
        [one] Saw an attendance list with 1 participant
       *[other] Saw an attendance list with { $count } participants
    }
log-tries =
    { $count ->
        [one] 1 try
       *[other] { $count } tries
    }
log-why = Why: { $why }
log-why-hers-contact = is your contact person
log-why-hers-session = leads your group
log-why-hers-named = is one of those who know that you are here
log-why-contact = contact person
log-why-session = leads the group
log-why-named = one of those who know of the participant
log-why-glass = emergency access
log-why-answers = leads the centre
log-why-works = works at the centre
log-many-pages = Opened the pages of { $count } participants on one day
log-older = Show older
log-shown = What is shown
log-everything = Everything
log-review = To look through
log-review-lead = Tries to sign in, new links and codes, changed access, emergency access, and staff who open very many pages. Look at each, and take it out of the list.
log-review-empty = Nothing to look through
log-review-older = Nothing to look through among the latest entries
log-review-done = Looked through
log-review-done-of = Looked through: { $what }
log-review-own = Somebody other than you must look through this. It stays here until another manager has.
log-review-alone = The centre has no other manager yet.
log-review-staff = Make a colleague a manager

## held: what came too late, and waits for a manager

held-title = To be decided
held-lead = Somebody did this without a network. When it came here, they had no access any more, or had been signed out on the device. Shall it count?
held-count =
    { $count ->
        [0] Nothing is waiting for an answer.
        [one] 1 thing is waiting for an answer.
       *[other] { $count } things are waiting for an answer.
    }
held-open = Show what is waiting
held-empty = Nothing is waiting for an answer.
held-by = Done by { $name }, { $when }
held-yes = Yes, it counts
held-no = No, it does not count
held-own = You did this yourself. Only another manager can say yes.
held-said-yes = Accepted: { $what }
held-said-no = Not accepted: { $what }
held-refused = It cannot be done: { $reason }
held-wiped = You are signed out on this device. What you had done has been handed in to the centre.
held-wiped-late = You are signed out on this device. Some of what you had done here is not saved. Tell the centre if it matters.

## form: what is wrong with a field

form-time-how = Write the time like this: 09:30
form-date-how = Write the date like this: 31.12.2026
form-control-character = The text has a character that cannot be used. Write it again.

## people: more for the list of participants and the page of one

people-count-mine = { $all }, { $mine } of them yours
people-whose = Show
people-all = All
people-search-by = Name, group or language
people-only-name-needed = Only the first name is needed. The rest can wait.
people-register-now = Register
people-name-and-contact-needed = Only the first name and the contact person are needed. The rest can wait.
people-only-registers = Here you register new participants. Only those who follow them up see the list.
people-not-here = This participant is not here
people-to-all = To all participants
people-since = Participant since { $date }
people-contact = contact person { $name }
people-about = Details
people-saved = The details of { $name } are saved
people-put-in = { $name } is added to { $group }
people-taken-out = { $name } is taken out of { $group }
people-her-week = Her week, { $week }
people-week-cancelled = { $title } (cancelled)
people-card-for = Card for { $name }
people-card-code = Code
people-card-done = Done
people-card-needs-network = You need a network to make a card and a PIN. Try again when you have one.
people-card-share-first = The participant is not shared yet. The card can be made when she is.
people-contact-is = Contact person: { $name }
people-contact-swap = Change
people-contact-change = Change contact person
people-contact-of = New contact person for { $name }
people-contact-new = New contact person
people-contact-nobody = Nobody can be a contact person yet. Ask the manager to register an adviser.
people-contact-sees = The contact person gets to see the participant. You do not, once the participant is registered.
people-contact-what = The new contact person gets to see the participant. The former one no longer does.
people-contact-changed = { $person } has { $name } as contact person now

## staff: colleagues, the contacts of schools, and how they sign in

staff-title = Staff and access
staff-lead = See who can sign in. Invite, correct, and end access.
staff-open = Show staff and schools
staff-back = To all staff and schools
staff-new = New colleague or school
staff-new-lead = Register first. Then you make a link to sign in with.
staff-offline = You are offline. You can register and correct. You can make links when you are online.
staff-nobody = You see no staff or schools here
staff-colleagues = Staff
staff-schools = Schools
staff-gone = Have left ({ $count })
staff-gone-title = Have left
staff-role = Role
staff-school = School
staff-access = Sign-in
staff-left = Left
staff-role-missing = Choose a role.
staff-own-role = You cannot change your own role. Ask another manager.
staff-not-invited = Not invited
staff-invited = Invited, until { $day }
staff-has-link = Has a link
staff-has-password = Not signed in now
staff-active = Last active { $when }
staff-second-on = Signs in with a code
staff-access-offline = Shown when you are online
staff-access-unknown = We cannot get this now
staff-link-lets-in = The link signs in straight to the orders, without a password. Give it only to whoever orders.
staff-link-lets-in-how = Scan the code with the camera, or type the address into the browser. Keep the link: it is the way in every day.
staff-link-invites = With the link your colleague chooses a user name and a password. It also helps when the password is forgotten or the phone is lost: all the devices are signed out and emptied. A new link stops the old one.
staff-link-invites-how = Scan the code with the camera, or type the address in the browser. Choose a user name and a password.
staff-link-make = Make a sign-in link
staff-link-new = New link
staff-link-new-what = The old link of { $name } stops working at once. Whoever uses it is signed out, and the device is emptied when everything has been handed in.
staff-link-for = Link for { $name }
staff-link-once = The link is shown only now. Copy it or print it.
staff-link-until = The link works once, until { $when }.
staff-link-no-end = The link works until you make a new one or withdraw it.
staff-link-copy = Copy the link
staff-link-copied = The link is copied.
staff-link-copy-yourself = We could not copy the link. Select it and copy it yourself.
staff-link-needs-network = You must be online to make a link. Try again when you are online.
staff-link-share-first = { $name } is not shared yet. You can make the link afterwards.
staff-link-own = Another manager must make a link for you.
staff-link-refused = The link cannot be changed now. Reload the page and try again.
staff-withdraw = Withdraw the link
staff-withdraw-what = The link for { $name } stops working. You can make a new one at any time.
staff-withdraw-signs-out = The link for { $name } stops working. Whoever is signed in with it is signed out, and the device is emptied once everything is handed in.
staff-withdrawn = The link for { $name } is withdrawn
staff-who-takes-over = Who takes over?
staff-takes-over-missing = Choose a contact person.
staff-nobody-takes-over = Nobody else can be a contact person. Register somebody first.
staff-is-contact-for =
    { $count ->
        [0] Contact person of nobody
        [one] Contact person of 1 participant
       *[other] Contact person of { $count } participants
    }
staff-hand-over =
    { $count ->
        [one] Move 1 participant
       *[other] Move { $count } participants
    }
staff-handed-over =
    { $count ->
        [one] 1 participant has moved to { $name }
       *[other] { $count } participants have moved to { $name }
    }
staff-access-end = Access
staff-end = End access
staff-end-when = End the access when somebody leaves.
staff-end-own = You cannot end your own access. Ask another manager.
staff-end-title = End the access of { $name }
staff-end-what = { $name } is signed out everywhere at once, and cannot sign in again. Everything written stays.
staff-end-contact-for =
    { $count ->
        [one] Contact person of 1 participant. Choose who takes over.
       *[other] Contact person of { $count } participants. Choose who takes over.
    }
staff-ended = { $name } no longer has access
staff-left-since = The access was ended on { $day }.
staff-return = Give access again
staff-returned = { $name } has access again
staff-link-not-back = The old link does not work any more, so make a new one.

## planner: more for the week plan

planner-heading = Week plan, { $week }
planner-timetable = Timetable
planner-dates = { $first } – { $last } { $year }
planner-day-month = { $day } { $month }
planner-week-before = Previous week, { $week }
planner-week-after = Next week, { $week }
planner-day-options = Options for { $day }
planner-changes = Changes this week
planner-new = New activity in the week plan
planner-date = Day
planner-tasks = What do you want to change?
planner-task-move = Move { $date }
planner-task-cancel = Cancel { $date }
planner-task-every-week = Change every week
planner-end-after = End after { $date }
planner-participants-read-it = The participants read this.
planner-red-day-means = Everything on this day is cancelled.
planner-would-have-been = This would have happened:
planner-no-place = no place
planner-word-moved = Moved
planner-word-closed = Closed
planner-said-moved = { $title } is moved
planner-said-cancelled = { $title } is cancelled
planner-said-restored = { $title } is as planned again
planner-said-planned = { $title } is saved
planner-said-ended = { $title } is ended
planner-said-red = Red day: { $day }
planner-said-open = Open again: { $day }

## roll: more for attendance

roll-last-week = Today and the last seven days
roll-not-yet = Not registered yet
roll-done = Registered
roll-nothing = No activities to register
roll-register = Register
roll-look = Look
roll-some = { $done } of { $total } registered
roll-back = To all attendance
roll-does-not-happen = The activity is cancelled on this day.
roll-open-to-all = The activity is open to all. It has no list of names.
roll-rest-here = All here – save the rest
roll-rest-saved = The rest are registered as here
roll-count-here = { $count } here
roll-count-late = { $count } late
roll-count-away = { $count } away
roll-count-open = { $count } not registered
roll-count-disputed = { $count } with two answers
roll-minutes = { $minutes } min
roll-minutes-field = Minutes
roll-change-minutes = Change { $minutes } min
roll-said = { $name }: { $answer }
roll-two-answers = Two answers: { $answers }. Choose one.
roll-answer-by = { $answer } ({ $name }, { $time })
roll-answer-at = { $answer } ({ $time })

## speaks: languages participants read or hear best

speaks-am = Amharic
speaks-ar = Arabic
speaks-bs = Bosnian, Croatian, Serbian
speaks-ckb = Kurdish (Sorani)
speaks-en = English
speaks-es = Spanish
speaks-fa = Persian
speaks-fr = French
speaks-kmr = Kurdish (Kurmanji)
speaks-lt = Lithuanian
speaks-my = Burmese
speaks-nb = Norwegian
speaks-om = Oromo
speaks-pl = Polish
speaks-prs = Dari
speaks-ps = Pashto
speaks-ro = Romanian
speaks-ru = Russian
speaks-rw = Kinyarwanda
speaks-so = Somali
speaks-sq = Albanian
speaks-sw = Swahili
speaks-ta = Tamil
speaks-th = Thai
speaks-ti = Tigrinya
speaks-tl = Tagalog
speaks-tr = Turkish
speaks-uk = Ukrainian
speaks-ur = Urdu

## lock: the closed screen

lock-lead = Show that it is you. Everything you have done is here.
lock-opening = Opening …
lock-wrong-pin =
    { $count ->
        [one] Wrong PIN. You can try 1 more time.
       *[other] Wrong PIN. You can try { $count } more times.
    }
lock-wrong-password =
    { $count ->
        [one] Wrong password. You can try 1 more time.
       *[other] Wrong password. You can try { $count } more times.
    }
lock-forgotten-pin = Forgotten your PIN, or got a new one? Sign in
lock-forgotten-password = Forgotten your password, or got a new one? Sign in
lock-shut = There were too many tries. Sign in with a network. Everything you have done is still here.
lock-other = I am somebody else
lock-other-lead = Something may be saved here that has not been shared. Then it is lost. Ask whoever used the device last.
lock-take-away = Delete it and sign in

## pin: the PIN of this device

pin-title = Choose a PIN for this device
pin-lead = With it you open your page here, offline too. Do not show it to others.
pin-shared-title = Choose a PIN for the tablet
pin-shared-lead = Everybody who works in the kitchen uses it. With it you open the tablet, offline too.
pin-new = New PIN
pin-hint = { $fewest } to { $most } digits that you remember.
pin-again = PIN once more
pin-save = Save PIN
pin-saving = Saving …
pin-shape = A PIN must have { $fewest } to { $most } digits, and only digits.
pin-easy = It is easy to guess. Do not choose digits that are all alike, or in a row such as 1234.
pin-differs = The two are not alike. Write them again.
pin-unsaved = The PIN was not saved. Try again. If that does not work, use another browser.

## crew: who works in the kitchen, and who stands at the bench

crew-title = Those who work here
crew-what = Each ticks with a PIN of her own. So you see who did what.
crew-none = Nobody is added yet. Add those who work here, and you see who ticked.
crew-show = Show who ticked off
crew-new = Add somebody who works here
crew-added = { $name } is added
crew-alias = Nickname
crew-alias-hint = What you say in the kitchen. Not the full name.
crew-symbol = Picture
crew-symbol-sun = Sun
crew-symbol-cup = Cup
crew-symbol-bag = Bag
crew-symbol-house = House
crew-symbol-key = Key
crew-symbol-heart = Heart
crew-symbol-helmet = Helmet
crew-symbol-plate = Plate
crew-pin = PIN
crew-type-pin = Type your PIN
crew-pin-again = PIN once more
crew-pin-how = A PIN must have { $count } digits.
crew-pin-differs = The two are not alike. Write them again.
crew-new-pin = New PIN
crew-new-pin-for = New PIN for { $name }
crew-pin-set = { $name } has a new PIN
crew-end = Remove
crew-end-title = Remove { $name }
crew-end-what = { $name } cannot be chosen any more. What is ticked stays.
crew-ended = { $name } does not work here any more
crew-bench = Who ticks?
crew-who = Who are you?
crew-switch = Switch
crew-done = Done
crew-other = Choose another
crew-tablet = Open with the PIN of the tablet
crew-typed = { $count } of { $total } digits
crew-erase = Delete the last digit
crew-checking = Checking …
crew-wrong = Wrong PIN. Try again.
crew-wait = Wrong PIN too many times. Wait five minutes, or get a new PIN.
crew-no-crypto = The browser cannot use a PIN at this address. The address must begin with https.

## online: signing in where nothing is kept
online-title = Open without saving
online-lead = Some participants must never be saved on a device. Here you see them as long as the page is open.
online-login-hint = Do you have a card? Write the code on the card.
online-secret = Password or PIN
online-wrong = User name, code, password or PIN is wrong. Try again.
online-back = Ordinary sign-in
online-line = Nothing is saved on this device.
online-offline = You are offline. You cannot do anything here until the network is back.
online-unsent = Not done. You are offline, and nothing is saved here. Try again when you are online.
online-unprinted = This is not printed. Nothing is saved here, not on paper either.
online-only = For you, nothing may be saved on a device. Choose “Open without saving”, and sign in there.
## shield: protected persons, and who knows of them
shield-title = Protected participants
shield-mark = Protected
shield-lead = Is it dangerous for her that somebody knows she is here? Then you can protect her.
shield-begin = Protect this participant
shield-what-hidden = She disappears from all lists and devices, yours too.
shield-what-online = Only those listed see her, with “Open without saving”. That goes for herself too.
shield-what-two = It takes two to let more people know of her, and to take the protection away: one asks, another answers.
shield-with = Colleague who is to know of her too
shield-with-missing = Choose a colleague.
shield-send = Protect
shield-begun = { $name } is protected
shield-who = Who knows of her
shield-who-lead = Only these know that she is here. Two must agree to let more people know, or to take the protection away. One can remove another.
shield-too-few = Fewer than two of them are still here. A manager with emergency access can then be the other one who asks or answers.
shield-since = { $name }, since { $date }
shield-remove = Remove { $name }
shield-removed = { $name } cannot see her any more
shield-name = Colleague who is to get to know of her
shield-ask = Ask the others
shield-ask-lift = Ask to end the protection
shield-asked = Another must answer before it is done
shield-asked-heading = Waiting for an answer
shield-wish-name = { $by } wants { $name } to know of her, { $date }
shield-wish-lift = { $by } wants to end the protection, { $date }
shield-waits = Waiting for one more
shield-said-yes = You said yes. It is done.
shield-said-no = You said no. It stays as it was.
shield-hidden-address = Hidden address (strictly confidential or confidential)
shield-register-elsewhere = Does the participant have a hidden address? Then an adviser or the manager is to register.
shield-register-online = Has she a hidden address? Do not register her here. Use
## glass: seeing every protected person for a day
glass-title = Emergency access
glass-lead = You see all protected participants until the day is over, without being able to change anything. Everybody listed for one of them gets to know, with the reason.
glass-reason-hint = Say why, in at least 10 characters.
glass-reason-short = Write a little more, so that the others understand why.
glass-reason-long = Write a little less, 200 characters at most.
glass-send = Use emergency access
glass-broken = You see all protected participants up to and including { $date }. Those listed have been told.
glass-to-people = To the participants
glass-told = { $name } used emergency access on { $date }, and saw all protected participants. Reason: { $reason }
