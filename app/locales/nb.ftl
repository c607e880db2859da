### Norsk bokmål. The reference: every other language has exactly these keys and no other variables.
### Klarspråk: say what happened, then what to do; at most 12 words a sentence for participants.
### Append new messages to the section of their prefix, in every file, in the same order.

## language: the language itself, and choosing one

language-name = Norsk
language-dir = ltr
language-choose = Velg språk
language-failed = Vi fikk ikke hentet språket. Prøv igjen når du har nett.

## app: the frame around every page

app-name = Minvei
app-page-title = { $page } – Minvei
app-loading = Henter …
app-skip-to-content = Hopp til innholdet
app-not-found-title = Vi finner ikke siden
app-not-found-todo = Gå tilbake til forsiden.
app-part-missing-title = Siden er ikke hentet ennå
app-part-missing-todo = Sjekk at du har nett. Prøv så igjen.
app-to-front = Til forsiden

## action: words on buttons, used everywhere

action-save = Lagre
action-cancel = Avbryt
action-undo = Angre
action-close = Lukk
action-back = Tilbake
action-next = Neste
action-add = Legg til
action-remove = Fjern
action-retry = Prøv igjen
action-yes = Ja
action-no = Nei
action-print = Skriv ut
action-choose = Velg

## sync: saved here, shared, refused

sync-saved-here = Lagret her
sync-shared = Delt
sync-refused = Ikke godtatt
sync-offline = Uten nett. Alt du gjør blir lagret her.
sync-alone = Du jobber uten nett fordi du har valgt det. Alt du gjør blir lagret her.
sync-alone-end = Bruk nettet igjen
sync-sharing = Deler …
sync-all-shared = Alt er delt
sync-waiting =
    { $count ->
        [one] 1 ting er ikke delt ennå
       *[other] { $count } ting er ikke delt ennå
    }

## outbox: what waits, by name

outbox-title = Ikke delt ennå
outbox-hint = Tingene deles av seg selv når nettet er tilbake.
outbox-empty = Alt er delt. Du trenger ikke gjøre noe.
outbox-share-now = Del nå
outbox-rescue = Blir det aldri delt?
outbox-rescue-what = Lagre det som venter, i en fil, og ta den med til senteret. Ingen kan lese den på veien.
outbox-rescue-save = Lagre filen
outbox-made-at = Laget { $when }
outbox-held-heading = Til leder
outbox-held = Dette kom etter at du mistet tilgangen. Lederen avgjør dette.
outbox-answered-heading = Svar fra lederen
outbox-answered-yes = Lederen godtok dette { $date }. Det gjelder nå.
outbox-answered-no = Lederen godtok ikke dette { $date }. Spør lederen hvis du lurer på hvorfor.
outbox-refused-heading = Ikke godtatt
outbox-why = Hvorfor: { $reason }
outbox-emptied = Noe om en person du ikke lenger har tilgang til
outbox-dismiss = Jeg har sett den
outbox-try-again = Prøv på nytt

## command: what was done, as a name in the outbox and in the undo toast

command-person-register = Ny deltaker
command-person-correct = Opplysninger om deltaker
command-person-assign = Ny kontaktperson
command-staff-register = Ny ansatt eller skole
command-staff-correct = Opplysninger om ansatt eller skole
command-staff-end = Tilgang avsluttet
command-staff-return = Tilgang gitt igjen
command-group-enrol = Lagt til i gruppe
command-group-leave = Tatt ut av gruppe
command-series-plan = Aktivitet i ukeplanen
command-series-end = Aktivitet avsluttet
command-exception-move = Aktivitet flyttet
command-exception-cancel = Aktivitet avlyst
command-exception-restore = Aktivitet som planlagt igjen
command-day-off-declare = Rød dag
command-day-off-withdraw = Rød dag fjernet
command-attendance-set = Oppmøte
command-standing-set = Fast antall matpakker
command-order-change = Bestilling av matpakker
command-order-answer = Svar til skole
command-packing-tick = Avkrysning på kjøkkenet
command-menu-plan = Meny
command-person-look = Så på deltakere
command-crew-add = Ny på kjøkkenet
command-crew-set-pin = Ny PIN på kjøkkenet
command-crew-end = Sluttet på kjøkkenet
command-person-shield = Deltaker skjermet
command-shield-ask = Spurt en kollega om skjerming
command-shield-answer = Svar om skjerming
command-shield-unname = Tilgang til skjermet deltaker fjernet
command-glass-break = Brukte nødtilgang
command-held-answer = Svar på det som kom for sent
command-unknown = Endring ({ $name })
noted-card = Nytt kort
noted-invite = Lenke laget
noted-withdraw = Lenke trukket tilbake
noted-accept = Valgte brukernavn og passord
noted-second = Kode fra telefonen satt opp
noted-passkey = Passnøkkel lagt til
noted-passkey-end = Passnøkkel fjernet
noted-held = Kom for sent, lederen avgjør
noted-sign-in = Logget inn
noted-wrong = Feil PIN, passord eller kode
noted-read = Leste i loggen
noted-received = Hentet opplysninger om en skjermet deltaker
noted-reviewed = Så gjennom en hendelse i loggen
noted-sign-in-by = Logget inn med ID-porten eller Feide
noted-link = Koblet til ID-porten eller Feide
noted-unlink = Koblet fra ID-porten eller Feide
noted-restrict = Deltaker tatt ut av bruk
noted-lift = Deltaker tatt inn igjen
noted-shred = Deltaker slettet

## undo: the toast after something was done

undo-done = Lagret: { $what }
undo-undone = Angret: { $what }
undo-too-late = Det er for sent å angre. Endre det på siden.

## update: a new version of the app

update-ready-title = En ny versjon er klar
update-ready-todo = Den tar noen sekunder. Du mister ingenting.
update-take = Ta den i bruk
update-waits = Den nye versjonen kommer når du er ferdig med det du holder på med.

## storage: what may be wrong with the device's memory, and what to do

older-away = Dette er mer enn fem uker siden, og ligger ikke på enheten.
older-away-todo = Det hentes når du har nett.
storage-not-persistent-title = Nettleseren kan slette det som er lagret her
storage-not-persistent-todo = Legg Minvei på startskjermen. Da er det trygt.
storage-missing-title = Nettleseren lagrer ikke noe
storage-missing-todo = Åpne Minvei i et vanlig vindu, ikke i et privat.
storage-full-title = Det er fullt her
storage-full-todo = Slett noen bilder eller apper. Prøv så igjen.
storage-blocked-title = En annen fane må lukkes først
storage-blocked-todo = Lukk de andre fanene med Minvei. Prøv så igjen.
storage-elsewhere-title = Minvei er åpen i en annen fane
storage-elsewhere-todo = Fortsett der, eller bruk Minvei her.
storage-elsewhere-use-here = Bruk Minvei her
storage-newer-title = En nyere versjon er i bruk
storage-newer-todo = Last siden på nytt. Du mister ingenting.
storage-reload = Last på nytt

## date: words for days and times; no message here depends on the browser's languages

date-today = I dag
date-tomorrow = I morgen
date-yesterday = I går
date-weekday-monday = mandag
date-weekday-tuesday = tirsdag
date-weekday-wednesday = onsdag
date-weekday-thursday = torsdag
date-weekday-friday = fredag
date-weekday-saturday = lørdag
date-weekday-sunday = søndag
date-short-monday = man.
date-short-tuesday = tir.
date-short-wednesday = ons.
date-short-thursday = tor.
date-short-friday = fre.
date-short-saturday = lør.
date-short-sunday = søn.
date-month-january = januar
date-month-february = februar
date-month-march = mars
date-month-april = april
date-month-may = mai
date-month-june = juni
date-month-july = juli
date-month-august = august
date-month-september = september
date-month-october = oktober
date-month-november = november
date-month-december = desember
date-long = { $weekday } { $day }. { $month }
date-week = uke { $week }
# Between hours and minutes. A message of its own: isolation marks inside a clock time would turn
# it around in a right-to-left line.
date-clock-separator = .
date-range = { $start }–{ $end }
date-range-from = fra { $start }
date-range-until = til { $end }
date-range-unknown = tid ikke satt
date-now = nå
date-in-minutes =
    { $minutes ->
        [one] om 1 minutt
       *[other] om { $minutes } minutter
    }
date-in-hours =
    { $hours ->
        [one] om 1 time
       *[other] om { $hours } timer
    }
date-in-hours-minutes = om { $hours } t { $minutes } min
date-in-days =
    { $days ->
        [one] om 1 dag
       *[other] om { $days } dager
    }
date-left-minutes =
    { $minutes ->
        [one] 1 minutt igjen
       *[other] { $minutes } minutter igjen
    }
date-left-hours =
    { $hours ->
        [one] 1 time igjen
       *[other] { $hours } timer igjen
    }
date-left-hours-minutes = { $hours } t { $minutes } min igjen
date-left-days =
    { $days ->
        [one] 1 dag igjen
       *[other] { $days } dager igjen
    }
date-left-none = ingen tid igjen

## holiday: the public holidays

holiday-new-year = første nyttårsdag
holiday-maundy-thursday = skjærtorsdag
holiday-good-friday = langfredag
holiday-easter-sunday = første påskedag
holiday-easter-monday = andre påskedag
holiday-labour-day = første mai
holiday-constitution-day = syttende mai
holiday-ascension = Kristi himmelfartsdag
holiday-whit-sunday = første pinsedag
holiday-whit-monday = andre pinsedag
holiday-christmas-day = første juledag
holiday-boxing-day = andre juledag

## auth: signing in and out

auth-title = Logg inn
auth-card-code = Kode på kortet
auth-card-code-hint = Koden står på kortet ditt.
auth-pin = PIN
auth-pin-hint = Tallene du har fått til kortet.
auth-staff-heading = For ansatte
auth-user-name = Brukernavn
auth-password = Passord
auth-password-show = Vis passordet
auth-password-hide = Skjul passordet
auth-sign-in = Logg inn
auth-sign-out = Logg ut
auth-signed-in-as = Logget inn som { $name }
auth-wrong-pin = Koden eller PIN-en er feil. Prøv igjen.
auth-wrong-password = Brukernavn eller passord er feil. Prøv igjen.
auth-wait =
    { $seconds ->
        [one] For mange forsøk. Vent 1 sekund.
       *[other] For mange forsøk. Vent { $seconds } sekunder.
    }
auth-no-network-title = Du trenger nett første gang
auth-no-network-todo = Koble til nett og prøv igjen.
auth-again = Logg inn igjen for å dele. Alt er lagret her.
auth-locked = Skjermen er låst
auth-unlock = Lås opp

## nav: the names of the places

nav-main = Hovedmeny
nav-today = I dag
nav-week = Uka
nav-participants = Deltakere
nav-plan = Ukeplan
nav-attendance = Oppmøte
nav-kitchen = Kjøkken
nav-orders = Matpakker

## role: what people are here

role-participant = Deltaker
role-adviser = Kontaktperson
role-teacher = Aktivitetsleder
role-kitchen = Kjøkken
role-school = Skole
role-reception = Resepsjon
role-manager = Leder
role-mentor = Mentor
role-partner = Samarbeidspartner
role-admin = Teknisk ansvarlig

## activity: the kinds of activity; one picture each

activity-kitchen = Mat og prat
activity-norwegian = Norskverksted
activity-computer = Dataveiledning
activity-job = Jobbsøk
activity-meeting = Temamøte
activity-talk = Samtalegruppe
activity-practice = Praksis
activity-homework = Leksehjelp
activity-network = EMPO
activity-fitness = Yoga og trening
activity-cafe = Kafé

## today: the participant's day

today-title = I dag
today-now = Nå
today-next-when = Etterpå, { $when }
today-nothing-more = Ikke mer i dag
today-nothing = Ingenting i dag
today-not-planned-title = Planen er tom
today-not-planned-todo = Spør kontaktpersonen din.
today-time = Klokka { $time }
today-place = Sted: { $place }
today-with = Med { $name }
today-bring = Ta med { $what }
today-read-aloud = Les høyt
today-stop-reading = Stopp
today-cancelled = Avlyst
today-cancelled-because = Avlyst: { $reason }
today-moved-to = Flyttet til { $new }
today-red-day = Rød dag. Senteret er stengt.
today-red-day-because = Stengt: { $reason }

## week: the participant's week

week-title = Min uke
week-this = Denne uka
week-previous = Forrige uke
week-next = Neste uke
week-day-empty = Ingenting
week-empty-title = Uka er tom
week-empty-todo = Spør kontaktpersonen din.

## order: the school orders lunch packets

order-title = Matpakker til { $school }
order-packets =
    { $count ->
        [one] 1 matpakke
       *[other] { $count } matpakker
    }
order-tomorrow = I morgen: { $count }.
order-day = { $day }: { $count }.
order-until = Du kan endre til kl. { $time } – { $left }.
order-until-day = Du kan endre til { $day } kl. { $time }.
order-coming-days = De neste skoledagene
order-coming-empty-title = Ingen skoledager framover
order-coming-empty-todo = Spør senteret om skoleruta.
order-standard-heading = Fast antall per ukedag
order-standard-hint = Dette bestilles av seg selv hver uke.
order-standard-day = Fast antall, { $day }
order-standard-from = Gjelder fra { $date }
order-standard-kept =
    { $count ->
        [one] 1 dag du har endret selv, blir stående.
       *[other] { $count } dager du har endret selv, blir stående.
    }
order-count = Antall { $day }
order-fewer = Én mindre
order-more = Én mer
order-is-standard = Fast antall
order-to-standard = Tilbake til fast antall ({ $count })
order-close-day = Steng dagen
order-closed = Stengt
order-open-again = Åpne igjen
order-received = Mottatt
order-not-sent = Ikke sendt
order-not-sent-hint = Den sendes når nettet er tilbake.
order-unusual = Vanligvis { $usual }. Er { $count } riktig?
order-unusual-yes = Ja, { $count } er riktig
order-unusual-change = Nei, endre antallet
order-deadline-passed = Fristen var kl. { $time }.
order-deadline-ask = Kjøkkenet må svare på endringen.
order-ask-kitchen = Spør kjøkkenet
order-waiting = Venter på svar fra kjøkkenet
order-asked-for = Du ba om { $count }.
order-answered-yes = Kjøkkenet sa ja kl. { $time }.
order-answered-no = Kjøkkenet sa nei kl. { $time }.
order-answered-count = Kjøkkenet sa { $count } kl. { $time }.

## kitchen: the day in the kitchen

kitchen-empty-title = Ingen matpakker denne dagen
kitchen-differs = Avvik: { $count }
kitchen-differs-none = Ingen avvik
kitchen-changed = { $school }: { $old } → { $new }
kitchen-step-made = Laget
kitchen-step-packed = Pakket
kitchen-step-loaded = Lastet
kitchen-step-delivered = Levert
kitchen-step-by = { $name } kl. { $time }
kitchen-late-question = { $school } spør: { $change } (laget { $made }, mottatt { $received })
kitchen-late-yes = Ja
kitchen-late-no = Nei
kitchen-answered-yes = Ja, svarte { $name } kl. { $time }
kitchen-answered-no = Nei, svarte { $name } kl. { $time }
kitchen-answered-count = { $count } går, svarte { $name } kl. { $time }
kitchen-two-answers = To svar. Velg ett.
kitchen-answer-by = { $answer } – { $name } kl. { $time }
kitchen-menu-empty-title = Ingen meny ennå

## adviser: participants and their groups

adviser-participants-title = Deltakere
adviser-participants-count =
    { $count ->
        [one] 1 deltaker
       *[other] { $count } deltakere
    }
adviser-mine = Mine deltakere
adviser-search = Søk etter deltaker
adviser-none-found = Fant ingen med det navnet
adviser-empty-title = Ingen deltakere ennå
adviser-empty-todo = Registrer den første.
adviser-register = Registrer deltaker
adviser-registered = { $name } er registrert
adviser-first-name = Fornavn
adviser-last-name = Etternavn
adviser-name = Navn
adviser-phone = Telefon
adviser-language = Språk
adviser-contact-person = Kontaktperson
adviser-unknown = Vet ikke ennå
adviser-optional = Kan stå tomt
adviser-groups = Grupper
adviser-groups-none = Ikke i noen gruppe

## plan: the centre's week plan

plan-empty-title = Uka er tom
plan-add = Legg til aktivitet
plan-name = Hva
plan-kind = Type
plan-weekday = Ukedag
plan-start = Starter
plan-end = Slutter
plan-place = Sted
plan-leader = Med hvem
plan-group = Gruppe
plan-group-open = Åpen for alle
plan-bring = Ta med
plan-from = Fra dato
plan-until = Til dato
plan-move = Flytt
plan-cancel = Avlys
plan-cancel-reason = Hvorfor avlyses det?
plan-cancelled-because = Avlyst: { $reason }
plan-restore = Som planlagt igjen
plan-old-new = { $old } → { $new }
plan-red-day = Rød dag
plan-red-day-add = Legg til rød dag
plan-red-day-reason = Hvorfor er det stengt?
plan-red-day-remove = Fjern rød dag

## attendance: who was there

attendance-title = Oppmøte
attendance-of = Oppmøte: { $activity }, { $date }
attendance-here = Her
attendance-away = Borte
attendance-late = Sen
attendance-late-minutes =
    { $minutes ->
        [one] 1 minutt sen
       *[other] { $minutes } minutter sen
    }
attendance-late-label = Hvor mange minutter?
attendance-not-registered = Ikke registrert
attendance-count = { $here } av { $total } er her
attendance-two-answers = To svar. Velg ett.
attendance-empty-title = Ingen i gruppa
attendance-empty-todo = Legg til deltakere i gruppa først.
attendance-not-yet = Du kan registrere når dagen har kommet.

## slip: the paper with card and PIN, made at the desk

slip-title = Kort og PIN
slip-make = Lag kort og PIN
slip-how = Skann med kameraet på telefonen. Skriv så PIN-en.
slip-qr = QR-kode til kortet
slip-once = PIN-en vises bare nå. Skriv den ut.
slip-or-open = Eller åpne { $address } i nettleseren, og skriv koden.
slip-old-stops = Den gamle PIN-en slutter å virke når du lager en ny.
slip-print = Skriv ut kortet

## reject: why the rules said no; one plain sentence each

reject-gone = Dette finnes ikke lenger.
reject-forbidden = Dette kan du ikke endre.
reject-unknown-command = Appen er for gammel eller for ny. Last den på nytt.
reject-malformed = Vi forsto ikke det som ble sendt. Prøv igjen.
reject-reused-id = Dette ble sendt før, med et annet innhold.
reject-out-of-range = { $field } må være fra { $min } til { $max }.
reject-outside-school-year = Dagen er utenfor skoleåret: { $date }.
reject-not-school-day = Skolen er stengt { $date }.
reject-end-before-start = Slutten må komme etter starten.
reject-not-planned = Ingenting er planlagt { $date }.
reject-day-is-over = Dagen er forbi: { $date }.
reject-day-is-ahead = Dagen har ikke kommet ennå: { $date }.
reject-already-answered = Noen har svart allerede.
reject-no-contact = Deltakeren må ha en kontaktperson.
reject-newer = Serveren sa nei av en grunn denne versjonen ikke kjenner. Last inn siden på nytt.
reject-exists = Dette finnes fra før.
reject-own-part = Du kan ikke endre din egen rolle eller tilgang. Be en annen leder om det.
reject-needs-school = Velg hvilken skole det gjelder.
reject-two-persons = Dette må to kolleger gjøre sammen. Be en annen av dem som har tilgang.
reject-full = Det er { $max } her allerede, og flere blir det ikke plass til. Ta bort en først.
reject-too-many-wait = Dette kom for sent, og du har allerede mye som venter på svar fra lederen. Si fra til lederen.
reject-empty = { $field } kan ikke stå tomt.
reject-too-long = Teksten er for lang. Den kan ha { $max } tegn.
reject-internal = Noe gikk galt hos oss. Si fra om nummer { $reference }.

## field: the fields a rejection speaks of

field-count = Antall
field-name = Navn
field-date = Dato
field-time = Tid
field-reason = Grunn
field-weekday = Ukedag

## fault: something is broken for now

fault-not-yet = Ikke ennå. Vi prøver igjen.
fault-not-saved = Vi fikk ikke lagret. Prøv igjen.
fault-page-title = Noe gikk galt
fault-page-todo = Last siden på nytt.

## participant: more for today and my week

participant-upcoming = Neste
participant-ends = slutter { $when }
participant-done = Ferdig
participant-moved = Flyttet fra { $old } til { $new }
participant-read-now = Nå: { $what }
participant-see-week = Se uka
participant-tomorrow = I morgen, { $day }
participant-mark-moved = {" "}(flyttet)
participant-mark-cancelled = {" "}(avlyst)
participant-span = { $from } – { $until }

## desk: more for the school's page

desk-lead = Dere trenger bare å endre når noe er annerledes.
desk-no-school-title = Du hører ikke til en skole ennå
desk-no-school-todo = Spør senteret.
desk-tomorrow = I morgen, { $day }
desk-today = I dag, { $day }
desk-usually = Vanligvis { $usual }
desk-outside-year = Utenfor skoleåret
desk-span = { $from } – { $until }
desk-button-for = { $button }: { $day }
desk-asked-close = Du ba om å stenge dagen.
desk-answer = { $answer } – kl. { $time }
desk-choose = Velg { $answer }
desk-kept = { $day }: { $answer }
desk-step-at = { $step } kl. { $time }
desk-steps = Levering
desk-two-answers = To svar
desk-asked = Kjøkkenet er spurt: { $what }
desk-received = Mottatt. Kvittering { $number }
desk-standard-received = Fast antall. Kvittering { $number }

## board: more for the kitchen's page and the count sheet

board-title = Kjøkkenet, { $day }
board-days = Dag
board-pick-day = Velg dato
board-go-to = Gå til { $day }
board-weekend = Det er helg. Ingen matpakker.
board-holiday = Helligdag: { $name }. Ingen matpakker.
board-closed = { $school } er stengt
board-closed-because = { $school } er stengt: { $reason }
board-steps = Hvor langt er vi?
board-of = av { $total }
board-packets =
    { $count ->
        [one] matpakke
       *[other] matpakker
    }
board-tick = { $step } – { $school }
board-tick-disputed = { $step }: to svar. Velg ett.
board-not-done = Ikke { $step }
board-ticked = { $school }: { $step }
board-unticked = { $school }: ikke { $step }
board-at = kl. { $time }
board-wish-close = steng dagen
board-late-total = Hvor mange i alt?
board-late-total-send = { $count } i alt
board-counts-larger = Vi teller { $count } til skolen har valgt.
board-asked = { $school } spurte: { $change }
board-answered-yes = Ja, svart kl. { $time }
board-answered-no = Nei, svart kl. { $time }
board-answered-count = { $count } i alt, svart kl. { $time }
board-sheet = Telleliste
board-sheet-school = Skole
board-sheet-count = Antall
board-sheet-differs = Avvik
board-sheet-total = I alt
board-sheet-caption = Matpakker { $day }, alle skoler
board-sheet-asks = Spør: { $change }
board-sheet-classes = Tallene for klassene er de vanlige.

## shell: more for the frame, what waits, the device, and signing in

shell-language = Språk og enhet
shell-server-older = Serveren er eldre enn appen. Alt er lagret her og deles senere.
shell-too-old = Appen er for gammel til å få noe nytt. Last på nytt.
sync-saving = Lagrer …
sync-chip-saved = Lagret her · { $count }
sync-chip-offline = Uten nett
sync-chip-offline-count = Uten nett · { $count }
sync-chip-refused = { $count } ikke godtatt
outbox-all-shared-title = Alt er delt
outbox-edit = Rett opp
outbox-retry-refused = Fortsatt ikke godtatt: { $reason }
more-title = Mer
more-device = På denne enheten
more-keeping-for-good = Det som er lagret her, blir ikke slettet av seg selv.
more-keeping-unknown = Vi vet ikke om nettleseren kan slette det som er lagret her.
more-alone = Jobb uten nett
more-alone-what = Uten nett blir ingenting sendt eller hentet før du vil det. Det sparer data og strøm.
devices-title = Enhetene dine
devices-what = Her er du logget inn. Kjenner du ikke igjen en enhet? Logg ut der, og si fra på senteret.
devices-here = Denne enheten
devices-used = Sist brukt { $when }
devices-unknown = Ukjent enhet
devices-end-named = Logg ut: { $device }
devices-offline = Du ser enhetene dine når du har nett.
devices-not-known = Vi får ikke hentet enhetene dine nå. Prøv igjen senere.
devices-ended = Logget ut: { $device }
devices-not-ended = Vi fikk ikke logget ut der. Prøv igjen når du har nett.
more-rescue = Hent inn fra fil
more-rescue-what = Fikk noen ikke delt det hun har registrert? Velg filen fra enheten hennes.
more-rescue-file = Velg fil
more-rescue-done = Hentet inn: { $applied }. Ikke godtatt: { $refused }.
more-rescue-held = Til leder: { $held }.
more-rescue-waiting = Noe mangler foran det som er i filen. Lagre en ny fil på enheten og prøv igjen.
more-rescue-unreadable = Filen kan ikke leses. Den er skadet eller hører til et annet senter.
more-rescue-needs-network = Vi får ikke kontakt. Prøv igjen når du har nett.
more-install = Slik legger du Minvei på startskjermen
more-install-android = Android: Trykk på de tre prikkene øverst. Velg «Legg til på startskjermen».
more-install-iphone = iPhone: Trykk på firkanten med pil. Velg «Legg til på Hjem-skjerm».
more-sign-out-loses =
    { $count ->
        [one] 1 ting er ikke delt. Den blir borte hvis du logger ut nå.
       *[other] { $count } ting er ikke delt. De blir borte hvis du logger ut nå.
    }
more-sign-out-anyway = Logg ut likevel
more-sign-out-what = Alt som er lagret her, fjernes fra denne enheten. Det som er delt, er trygt.
auth-who = Hvem er du?
auth-lost = Mistet kortet, eller glemt PIN? Spør i resepsjonen.
auth-lost-password = Glemt passordet? Be lederen om en ny lenke.
auth-signing-in = Logger inn …
auth-other-waiting = Noe fra en annen person er ikke delt fra denne enheten. Den personen må logge inn her først.
auth-not-yet = Det gikk ikke akkurat nå. Prøv igjen om litt.
auth-school = Skoler logger inn med lenken de har fått fra senteret.
auth-passkey = Logg inn med passnøkkel
auth-passkey-unknown = Passnøkkelen gjelder ikke her, eller det tok for lang tid. Prøv igjen, eller logg inn med brukernavn og passord.
auth-passkey-failed = Vi fikk ikke brukt en passnøkkel på denne enheten. Logg inn med brukernavn og passord.
nav-more = Mer
nav-me = Meg

## second: the second step of signing in, for staff

second-title = Innlogging
second-code = Kode fra telefonen
second-code-hint = Åpne kodeappen på telefonen. Skriv de seks sifrene for Minvei.
second-recovery = Reservekode
second-recovery-hint = Skriv en av kodene du har skrevet ned. Hver kode virker én gang.
second-no-phone = Jeg har ikke telefonen
second-has-phone = Jeg har telefonen
second-wrong = Koden er feil eller brukt før. Prøv en ny kode.
second-why = Du trenger både passord og en kode fra telefonen. Da kommer ingen inn med passordet ditt alene.
second-app = Åpne en kodeapp på telefonen. Har du ingen, kan du hente Google Authenticator eller Microsoft Authenticator.
second-scan = Skann denne koden med appen.
second-by-hand = Kan du ikke skanne? Skriv denne nøkkelen i appen:
second-same-phone = Åpne appen på denne telefonen
second-qr = QR-kode for kodeappen
second-on = Du logger inn med passord og en kode fra telefonen.
second-off = Du logger inn med bare passord.
second-left =
    { $count ->
        [one] Du har 1 reservekode igjen.
       *[other] Du har { $count } reservekoder igjen.
    }
second-few = Sett opp på nytt. Da får du ti nye.
second-anew-what = Har du fått ny telefon? Sett opp på nytt.
second-set-up = Sett opp kode fra telefonen
second-anew = Sett opp på nytt
second-prove = Vis først at det er deg.
second-confirm = Bekreft
second-offline = Du ser dette når du har nett.
second-not-known = Vi får ikke hentet dette nå. Prøv igjen senere.

## passkeys: a key on her device instead of a password

passkeys-title = Passnøkler
passkeys-what = Med en passnøkkel logger du inn med finger, ansikt eller skjermlås. Du skriver verken passord eller kode.
passkeys-none = Du har ingen passnøkler ennå.
passkeys-add = Legg til passnøkkel
passkeys-add-what = Bruk en enhet som bare du kan låse opp. Den som kan låse den opp, kommer inn som deg.
passkeys-name = Navn på passnøkkelen
passkeys-name-hint = Et navn du kjenner den igjen på, for eksempel «Mobilen min».
passkeys-name-unknown = Denne enheten
passkeys-make = Legg til
passkeys-making = Venter på enheten …
passkeys-added = Passnøkkel lagt til: { $name }
passkeys-not-added = Passnøkkelen ble ikke lagt til. Prøv igjen.
passkeys-full = Du har { $count } passnøkler. Flere er det ikke plass til. Fjern en du ikke bruker.
passkeys-here = Du har allerede en passnøkkel på denne enheten.
passkeys-device-failed = Enheten fikk ikke laget en passnøkkel. Prøv en annen enhet.
passkeys-wrong-password = Passordet er feil. Prøv igjen.
passkeys-no-browser = Her kan du ikke lage passnøkler. Prøv en nyere nettleser eller en annen enhet.
passkeys-dates = Lagt til { $added }. Sist brukt { $used }.
passkeys-dates-unused = Lagt til { $added }. Ikke brukt ennå.
passkeys-end = Fjern passnøkkel
passkeys-end-named = Fjern: { $name }
passkeys-end-what = Du kommer ikke lenger inn med «{ $name }». Slett passnøkkelen på enheten også.
passkeys-ended = Passnøkkel fjernet: { $name }
passkeys-not-ended = Vi fikk ikke fjernet passnøkkelen. Prøv igjen når du har nett.
passkeys-offline = Du ser passnøklene dine når du har nett.
passkeys-not-known = Vi får ikke hentet passnøklene dine nå. Prøv igjen senere.

## recovery: codes on paper for the day the phone is lost

recovery-title = Skriv ned reservekodene
recovery-what = Med en reservekode kommer du inn uten telefonen. Vi viser kodene bare nå.
recovery-copy = Kopier
recovery-copied = Reservekodene er kopiert
recovery-not-copied = Vi fikk ikke kopiert. Skriv dem ned eller skriv dem ut.
recovery-written = Jeg har skrevet dem ned
recovery-slip = Reservekoder for { $name }
recovery-keep = Hver kode virker én gang. Gjem arket på et trygt sted.

## enter: a school's link, and links on a device where somebody is signed in

enter-gone-title = Lenken virker ikke lenger
enter-gone-todo = Be senteret om en ny lenke.
enter-other-way = Logg inn på en annen måte
enter-offline-title = Du trenger nett for å logge inn
enter-failed-title = Vi fikk ikke logget deg inn
enter-already-title = Du er logget inn allerede
enter-already-todo = Er lenken til en annen? Logg ut først, og åpne lenken på nytt.
enter-to-page = Til siden din
enter-again = Åpne lenken din igjen, fra bokmerket, e-posten eller arket. Virker den ikke, be senteret om en ny. Alt er lagret her.
enter-keep = Lagre denne lenken
enter-keep-how = Lenken du åpnet, er veien inn hver gang. Kopier den, og lag et bokmerke av den.
enter-keep-not-copied = Vi fikk ikke kopiert lenken. Ta vare på den der du fikk den.

## invite: an invitation to choose user name and password

invite-hello = Velkommen, { $name }
invite-choose = Velg brukernavn og passord. Så logger vi deg inn.
invite-renew = Velg et nytt passord. Så logger vi deg inn.
invite-part = Rollen din: { $role }
invite-login-how = 3 til 40 tegn: små bokstaver fra a til z, tall, punktum og bindestrek.
invite-login-weak = Brukernavnet er for kort eller for langt, eller har tegn som ikke kan brukes.
invite-login-taken = Noen har dette brukernavnet allerede. Velg et annet.
invite-password = Nytt passord
invite-password-how = Minst { $count } tegn. Tre eller fire ord på rad er bra.
invite-password-weak = Passordet er for kort eller for lett å gjette. Bruk minst { $count } tegn, gjerne tre eller fire ord.
invite-send = Lagre og logg inn
invite-gone-title = Invitasjonen virker ikke lenger
invite-gone-todo = Har du brukt den, logger du inn som vanlig. Ellers kan du be lederen om en ny.

## oidc: signing in by a provider outside, such as ID-porten or Feide

oidc-sign-in = Logg inn med { $label }
oidc-refused = Innloggingen ble avbrutt eller ikke godtatt. Prøv igjen.
oidc-gone = Innloggingen tok for lang tid, eller startet et annet sted. Prøv igjen.
oidc-away = Tjenesten svarer ikke nå. Prøv igjen om litt, eller logg inn med kort eller passord.
oidc-low = Du må logge inn sikrere, for eksempel med BankID. Prøv igjen.
oidc-nobody = Vi fikk ikke vite hvem du er. Logg inn med kort eller passord.
oidc-not-linked = Vi kjenner deg ikke igjen. Logg inn med kort eller passord først. Koble så til under «Mer» eller «Meg».
oidc-no-school = Vi fant ikke skolen din, eller flere bestiller for den. Logg inn med lenken fra senteret.
oidc-not-enough = Denne innloggingen er ikke sikker nok for deg her. Logg inn med kort eller passord.
oidc-taken = Noen andre er koblet til med denne innloggingen.
oidc-wrong = Det stemte ikke. Prøv igjen.
oidc-title = Andre måter å logge inn på
oidc-what = Koble til, så kan du logge inn med den neste gang.
oidc-since = Koblet til { $when }
oidc-none = Ikke koblet til
oidc-link = Koble til { $label }
oidc-end = Koble fra { $label }
oidc-end-what = Du kommer ikke lenger inn med { $label }. Neste gang må du logge inn på en annen måte.
oidc-linked = Du er koblet til. Neste gang kan du logge inn slik.
oidc-ended = Koblet fra { $label }
oidc-offline = Du ser dette når du har nett.
oidc-not-known = Vi får ikke hentet dette nå. Prøv igjen senere.

## log: who did what with whose information

log-open = Se listen
log-hers-title = Hvem har sett på opplysningene mine?
log-hers-lead = Her ser du hvem som har sett på, skrevet eller endret noe.
log-hers-empty = Ingen har gjort noe med opplysningene dine ennå
log-hers-registered = { $who } registrerte deg
log-hers-corrected = { $who } rettet navnet, telefonnummeret eller språket ditt
log-hers-contact = { $who } ga deg en annen kontaktperson
log-hers-enrolled = { $who } meldte deg inn i en gruppe
log-hers-left = { $who } meldte deg ut av en gruppe
log-hers-attendance = { $who } skrev ned om du var her
log-hers-card = { $who } laget nytt kort og ny PIN til deg
log-hers-sign-in = Kortet ditt ble brukt til å logge inn. Var det ikke deg? Si fra på senteret.
log-hers-sign-in-by = ID-porten eller Feide ble brukt til å logge inn som deg. Var det ikke deg? Si fra på senteret.
log-hers-link = Brukeren din ble koblet til ID-porten eller Feide. Var det ikke deg? Si fra på senteret.
log-hers-unlink = Brukeren din ble koblet fra ID-porten eller Feide
log-hers-shielded = { $who } skjermet deg. Bare de som må vite det, ser at du er her.
log-hers-shield-asked = { $who } spurte en kollega om skjermingen din
log-hers-shield-answered = { $who } svarte en kollega om skjermingen din
log-hers-unnamed = { $who } bestemte at en kollega ikke lenger skal vite at du er her
log-hers-held = { $who } skrev noe om deg som kom for sent. Lederen bestemmer om det skal gjelde.
log-hers-held-answered = { $who } bestemte om noe som kom for sent, skal gjelde
log-hers-other = { $who } endret noe om deg
log-hers-erased = { $who } gjorde noe, men innholdet er slettet
log-own-title = Det du har gjort
log-own-lead = Her står det du har sett på, skrevet og endret.
log-all-title = Logg over innsyn og endringer
log-all-lead = Her står hvem som har sett på, skrevet eller endret noe, og om hvem.
log-empty = Ingenting her ennå
log-erased = Innholdet er slettet
log-somebody = Noen
log-operator = Den som drifter Minvei
log-made = gjort { $when }
log-by = Ansatt eller skole
log-offline = Du trenger nett for å se listen
log-not-known = Vi får ikke hentet listen nå. Prøv igjen.
log-hers-page = { $who } så på siden din
log-hers-list = { $who } så navnet ditt i en liste
log-hers-group = { $who } så oppmøtelista til gruppa di
log-hers-read = { $who } leste denne listen om deg
log-hers-received = { $who } hentet opplysningene dine
log-hers-wrong = Noen skrev feil PIN til kortet ditt. Var det ikke deg? Si fra på senteret.
log-page-seen = Så på siden til en deltaker
log-list-seen =
    { $count ->
        [one] Så liste med 1 deltaker
       *[other] Så liste med { $count } deltakere
    }
log-group-seen =
    { $count ->
        [one] Så oppmøteliste med 1 deltaker
       *[other] Så oppmøteliste med { $count } deltakere
    }
log-tries =
    { $count ->
        [one] 1 forsøk
       *[other] { $count } forsøk
    }
log-why = Grunn: { $why }
log-why-hers-contact = er kontaktpersonen din
log-why-hers-session = leder gruppa di
log-why-hers-named = er en av dem som vet at du er her
log-why-contact = kontaktperson
log-why-session = leder gruppa
log-why-named = en av dem som vet om deltakeren
log-why-glass = nødtilgang
log-why-answers = leder senteret
log-why-works = jobber på senteret
log-many-pages = Åpnet sidene til { $count } deltakere på én dag
log-older = Vis eldre
log-shown = Hva som vises
log-everything = Alt
log-review = Til gjennomsyn
log-review-lead = Forsøk på å logge inn, nye lenker og koder, endrede tilganger, nødtilgang, og ansatte som åpner svært mange sider. Se på hver av dem, og ta den ut av listen.
log-review-empty = Ingenting til gjennomsyn
log-review-older = Ingenting til gjennomsyn blant de nyeste hendelsene
log-review-done = Sett gjennom
log-review-done-of = Sett gjennom: { $what }
log-review-own = Dette må en annen enn deg se gjennom. Det blir stående til en annen leder har gjort det.
log-review-alone = Senteret har ingen annen leder ennå.
log-review-staff = Gi en kollega rollen som leder

## held: what came too late, and waits for a manager

held-title = Til avgjørelse
held-lead = Noen gjorde dette uten nett. Da det kom hit, hadde de ikke tilgang lenger, eller de var logget ut på enheten. Skal det gjelde?
held-count =
    { $count ->
        [0] Ingenting venter på svar.
        [one] 1 ting venter på svar.
       *[other] { $count } ting venter på svar.
    }
held-open = Vis det som venter
held-empty = Ingenting venter på svar.
held-by = Gjort av { $name }, { $when }
held-yes = Ja, det gjelder
held-no = Nei, det gjelder ikke
held-own = Du har gjort dette selv. Bare en annen leder kan si ja.
held-said-yes = Godtatt: { $what }
held-said-no = Ikke godtatt: { $what }
held-refused = Det går ikke: { $reason }
held-wiped = Du er logget ut på denne enheten. Det du hadde gjort, er levert til senteret.
held-wiped-late = Du er logget ut på denne enheten. Noe av det du hadde gjort her, er ikke lagret. Si fra på senteret hvis det er viktig.

## form: what is wrong with a field

form-time-how = Skriv tiden slik: 09.30
form-date-how = Skriv datoen slik: 31.12.2026
form-control-character = Teksten har et tegn som ikke kan brukes. Skriv den på nytt.

## people: more for the list of participants and the page of one

people-count-mine = { $all }, { $mine } av dem dine
people-whose = Vis
people-all = Alle
people-search-by = Navn, gruppe eller språk
people-only-name-needed = Bare fornavnet må fylles ut. Resten kan vente.
people-register-now = Registrer
people-name-and-contact-needed = Bare fornavnet og kontaktpersonen må fylles ut. Resten kan vente.
people-only-registers = Her registrerer du nye deltakere. Bare de som følger opp deltakerne, ser listen.
people-not-here = Denne deltakeren finnes ikke her
people-to-all = Til alle deltakere
people-since = Deltaker siden { $date }
people-contact = kontaktperson { $name }
people-about = Opplysninger
people-saved = Opplysningene om { $name } er lagret
people-put-in = { $name } er lagt til i { $group }
people-taken-out = { $name } er tatt ut av { $group }
people-her-week = Uka hennes, { $week }
people-week-cancelled = { $title } (avlyst)
people-card-for = Kort til { $name }
people-card-code = Kode
people-card-done = Ferdig
people-card-needs-network = Du trenger nett for å lage kort og PIN. Prøv igjen når du har nett.
people-card-share-first = Deltakeren er ikke delt ennå. Kortet kan lages når hun er delt.
people-contact-is = Kontaktperson: { $name }
people-contact-swap = Bytt
people-contact-change = Bytt kontaktperson
people-contact-of = Ny kontaktperson for { $name }
people-contact-new = Ny kontaktperson
people-contact-nobody = Ingen kan være kontaktperson ennå. Be lederen registrere en rådgiver.
people-contact-sees = Kontaktpersonen får se deltakeren. Det gjør ikke du når deltakeren er registrert.
people-contact-what = Den nye kontaktpersonen får se deltakeren. Den forrige gjør det ikke lenger.
people-contact-changed = { $person } har fått { $name } som kontaktperson

## staff: colleagues, the contacts of schools, and how they sign in

staff-title = Ansatte og tilganger
staff-lead = Se hvem som kan logge inn. Inviter nye, rett opp, og avslutt tilganger.
staff-open = Vis ansatte og skoler
staff-back = Til alle ansatte og skoler
staff-new = Ny ansatt eller skole
staff-new-lead = Registrer først. Etterpå lager du en lenke til å logge inn med.
staff-offline = Du er uten nett. Du kan registrere og rette opp. Lenker kan du lage når du har nett.
staff-nobody = Du ser ingen ansatte eller skoler her
staff-colleagues = Ansatte
staff-schools = Skoler
staff-gone = Har sluttet ({ $count })
staff-gone-title = Har sluttet
staff-role = Rolle
staff-school = Skole
staff-access = Innlogging
staff-left = Sluttet
staff-role-missing = Velg en rolle.
staff-own-role = Du kan ikke endre din egen rolle. Be en annen leder om det.
staff-not-invited = Ikke invitert
staff-invited = Invitert, til { $day }
staff-has-link = Har lenke
staff-has-password = Ikke logget inn nå
staff-active = Sist aktiv { $when }
staff-second-on = Logger inn med kode
staff-access-offline = Vises når du har nett
staff-access-unknown = Vi får ikke hentet dette nå
staff-link-lets-in = Lenken logger rett inn til bestillingene, uten passord. Gi den bare til den som bestiller.
staff-link-lets-in-how = Skann koden med kameraet, eller skriv adressen i nettleseren. Ta vare på lenken: den er veien inn hver dag.
staff-link-invites = Med lenken velger kollegaen selv brukernavn og passord. Den hjelper også når passordet er glemt eller telefonen er borte: alle enhetene logges ut og tømmes. En ny lenke stopper den gamle.
staff-link-invites-how = Skann koden med kameraet, eller skriv adressen i nettleseren. Velg brukernavn og passord.
staff-link-make = Lag innloggingslenke
staff-link-new = Ny lenke
staff-link-new-what = Den gamle lenken til { $name } slutter å virke med en gang. Den som bruker den, blir logget ut, og enheten tømmes når alt er levert.
staff-link-for = Lenke til { $name }
staff-link-once = Lenken vises bare nå. Kopier den eller skriv den ut.
staff-link-until = Lenken virker én gang, fram til { $when }.
staff-link-no-end = Lenken virker til du lager en ny eller trekker den tilbake.
staff-link-copy = Kopier lenken
staff-link-copied = Lenken er kopiert.
staff-link-copy-yourself = Vi fikk ikke kopiert lenken. Merk den og kopier den selv.
staff-link-needs-network = Du trenger nett for å lage en lenke. Prøv igjen når du har nett.
staff-link-share-first = { $name } er ikke delt ennå. Lenken kan du lage etterpå.
staff-link-own = En annen leder må lage lenke til deg.
staff-link-refused = Lenken kan ikke endres nå. Last siden på nytt og prøv igjen.
staff-withdraw = Trekk tilbake lenken
staff-withdraw-what = Lenken til { $name } slutter å virke. Du kan lage en ny når du vil.
staff-withdraw-signs-out = Lenken til { $name } slutter å virke. Den som er logget inn med lenken, blir logget ut, og enheten tømmes når alt er levert.
staff-withdrawn = Lenken til { $name } er trukket tilbake
staff-who-takes-over = Hvem tar over?
staff-takes-over-missing = Velg en kontaktperson.
staff-nobody-takes-over = Ingen andre kan være kontaktperson. Registrer en ny først.
staff-is-contact-for =
    { $count ->
        [0] Ikke kontaktperson for noen
        [one] Kontaktperson for 1 deltaker
       *[other] Kontaktperson for { $count } deltakere
    }
staff-hand-over =
    { $count ->
        [one] Flytt 1 deltaker
       *[other] Flytt { $count } deltakere
    }
staff-handed-over =
    { $count ->
        [one] 1 deltaker er flyttet til { $name }
       *[other] { $count } deltakere er flyttet til { $name }
    }
staff-access-end = Tilgang
staff-end = Avslutt tilgang
staff-end-when = Avslutt tilgangen når noen slutter.
staff-end-own = Du kan ikke avslutte din egen tilgang. Be en annen leder om det.
staff-end-title = Avslutt tilgangen til { $name }
staff-end-what = { $name } blir logget ut overalt med en gang, og kan ikke logge inn igjen. Alt som er skrevet, blir stående.
staff-end-contact-for =
    { $count ->
        [one] Er kontaktperson for 1 deltaker. Velg hvem som tar over.
       *[other] Er kontaktperson for { $count } deltakere. Velg hvem som tar over.
    }
staff-ended = { $name } har ikke lenger tilgang
staff-left-since = Tilgangen ble avsluttet { $day }.
staff-return = Gi tilgang igjen
staff-returned = { $name } har tilgang igjen
staff-link-not-back = Den gamle lenken virker ikke lenger, så lag en ny.

## planner: more for the week plan

planner-heading = Ukeplan, { $week }
planner-timetable = Timeplan
planner-dates = { $first }–{ $last } { $year }
planner-day-month = { $day }. { $month }
planner-week-before = Forrige uke, { $week }
planner-week-after = Neste uke, { $week }
planner-day-options = Valg for { $day }
planner-changes = Endringer denne uka
planner-new = Ny aktivitet i ukeplanen
planner-date = Dag
planner-tasks = Hva vil du endre?
planner-task-move = Flytt { $date }
planner-task-cancel = Avlys { $date }
planner-task-every-week = Endre hver uke
planner-end-after = Avslutt etter { $date }
planner-participants-read-it = Deltakerne leser dette.
planner-red-day-means = Alt denne dagen blir avlyst.
planner-would-have-been = Dette skulle ha skjedd:
planner-no-place = uten sted
planner-word-moved = Flyttet
planner-word-closed = Stengt
planner-said-moved = { $title } er flyttet
planner-said-cancelled = { $title } er avlyst
planner-said-restored = { $title } er som planlagt igjen
planner-said-planned = { $title } er lagret
planner-said-ended = { $title } er avsluttet
planner-said-red = Rød dag: { $day }
planner-said-open = Åpent igjen: { $day }

## roll: more for attendance

roll-last-week = I dag og de siste sju dagene
roll-not-yet = Ikke registrert ennå
roll-done = Registrert
roll-nothing = Ingen aktiviteter å registrere
roll-register = Registrer
roll-look = Se
roll-some = { $done } av { $total } registrert
roll-back = Til alt oppmøte
roll-does-not-happen = Aktiviteten er avlyst denne dagen.
roll-open-to-all = Aktiviteten er åpen for alle. Den har ingen navneliste.
roll-rest-here = Alle her – lagre resten
roll-rest-saved = Resten er registrert som her
roll-count-here = { $count } her
roll-count-late = { $count } sen
roll-count-away = { $count } borte
roll-count-open = { $count } ikke registrert
roll-count-disputed = { $count } med to svar
roll-minutes = { $minutes } min
roll-minutes-field = Minutter
roll-change-minutes = Endre { $minutes } min
roll-said = { $name }: { $answer }
roll-two-answers = To svar: { $answers }. Velg ett.
roll-answer-by = { $answer } ({ $name }, { $time })
roll-answer-at = { $answer } ({ $time })

## speaks: languages participants read or hear best

speaks-am = amharisk
speaks-ar = arabisk
speaks-bs = bosnisk, kroatisk, serbisk
speaks-ckb = kurdisk (sorani)
speaks-en = engelsk
speaks-es = spansk
speaks-fa = persisk
speaks-fr = fransk
speaks-kmr = kurdisk (kurmanji)
speaks-lt = litauisk
speaks-my = burmesisk
speaks-nb = norsk
speaks-om = oromo
speaks-pl = polsk
speaks-prs = dari
speaks-ps = pashto
speaks-ro = rumensk
speaks-ru = russisk
speaks-rw = kinyarwanda
speaks-so = somali
speaks-sq = albansk
speaks-sw = swahili
speaks-ta = tamil
speaks-th = thai
speaks-ti = tigrinja
speaks-tl = tagalog
speaks-tr = tyrkisk
speaks-uk = ukrainsk
speaks-ur = urdu

## lock: the closed screen

lock-lead = Vis at det er deg. Alt du har gjort, er her.
lock-opening = Åpner …
lock-wrong-pin =
    { $count ->
        [one] Feil PIN. Du kan prøve 1 gang til.
       *[other] Feil PIN. Du kan prøve { $count } ganger til.
    }
lock-wrong-password =
    { $count ->
        [one] Feil passord. Du kan prøve 1 gang til.
       *[other] Feil passord. Du kan prøve { $count } ganger til.
    }
lock-forgotten-pin = Glemt PIN, eller fått ny? Logg inn
lock-forgotten-password = Glemt passordet, eller fått nytt? Logg inn
lock-shut = Det ble prøvd for mange ganger. Logg inn med nett. Alt du har gjort, er her fortsatt.
lock-other = Jeg er en annen person
lock-other-lead = Noe kan være lagret her uten å være delt. Da går det tapt. Spør den som brukte enheten sist.
lock-take-away = Slett det, og logg inn

## pin: the PIN of this device

pin-title = Velg en PIN for denne enheten
pin-lead = Med den åpner du siden din her, også uten nett. Ikke vis den til andre.
pin-shared-title = Velg en PIN for nettbrettet
pin-shared-lead = Alle som arbeider på kjøkkenet, bruker den. Med den åpner dere nettbrettet, også uten nett.
pin-new = Ny PIN
pin-hint = { $fewest } til { $most } tall som du husker.
pin-again = PIN en gang til
pin-save = Lagre PIN
pin-saving = Lagrer …
pin-shape = PIN må ha { $fewest } til { $most } tall, og bare tall.
pin-easy = Den er lett å gjette. Ikke velg like tall, eller tall på rad som 1234.
pin-differs = De to er ikke like. Skriv dem på nytt.
pin-unsaved = PIN-en ble ikke lagret. Prøv igjen. Går det ikke, må du bruke en annen nettleser.

## crew: who works in the kitchen, and who stands at the bench

crew-title = De som jobber her
crew-what = Hver og en krysser av med sin egen PIN. Da ser dere hvem som gjorde hva.
crew-none = Ingen er lagt til ennå. Legg til de som jobber her, så ser dere hvem som krysset av.
crew-show = Vis hvem som krysset av
crew-new = Legg til en som jobber her
crew-added = { $name } er lagt til
crew-alias = Kallenavn
crew-alias-hint = Det dere sier på kjøkkenet. Ikke fullt navn.
crew-symbol = Bilde
crew-symbol-sun = Sol
crew-symbol-cup = Kopp
crew-symbol-bag = Sekk
crew-symbol-house = Hus
crew-symbol-key = Nøkkel
crew-symbol-heart = Hjerte
crew-symbol-helmet = Hjelm
crew-symbol-plate = Tallerken
crew-pin = PIN
crew-type-pin = Skriv PIN-en din
crew-pin-again = PIN en gang til
crew-pin-how = PIN må være { $count } tall.
crew-pin-differs = De to er ikke like. Skriv dem på nytt.
crew-new-pin = Ny PIN
crew-new-pin-for = Ny PIN til { $name }
crew-pin-set = { $name } har ny PIN
crew-end = Fjern
crew-end-title = Fjern { $name }
crew-end-what = { $name } kan ikke velges mer. Det som er krysset av, blir stående.
crew-ended = { $name } jobber ikke her lenger
crew-bench = Hvem krysser av?
crew-who = Hvem er du?
crew-switch = Bytt
crew-done = Ferdig
crew-other = Velg en annen
crew-tablet = Åpne med nettbrettets PIN
crew-typed = { $count } av { $total } tall
crew-erase = Slett siste tall
crew-checking = Sjekker …
crew-wrong = Feil PIN. Prøv igjen.
crew-wait = Feil PIN for mange ganger. Vent fem minutter, eller få en ny PIN.
crew-no-crypto = Nettleseren kan ikke bruke PIN på denne adressen. Adressen må begynne med https.

## online: signing in where nothing is kept
online-title = Åpne uten å lagre
online-lead = Noen deltakere skal aldri lagres på en enhet. Her ser du dem så lenge siden er åpen.
online-login-hint = Har du kort? Skriv koden på kortet.
online-secret = Passord eller PIN
online-wrong = Brukernavn, kode, passord eller PIN er feil. Prøv igjen.
online-back = Vanlig innlogging
online-line = Ingenting lagres på denne enheten.
online-offline = Uten nett. Her kan du ikke gjøre noe før nettet er tilbake.
online-unsent = Ikke gjort. Du har ikke nett, og ingenting lagres her. Prøv igjen når du har nett.
online-unprinted = Dette skrives ikke ut. Her skal ingenting lagres, heller ikke på papir.
online-only = For deg skal ingenting lagres på en enhet. Velg «Åpne uten å lagre», og logg inn der.
## shield: protected persons, and who knows of them
shield-title = Skjermede deltakere
shield-mark = Skjermet
shield-lead = Er det farlig at noen vet at hun er her? Da kan du skjerme henne.
shield-begin = Skjerm denne deltakeren
shield-what-hidden = Hun forsvinner fra alle lister og enheter, også dine.
shield-what-online = Bare de som er oppført, ser henne, med «Åpne uten å lagre». Det gjelder henne selv også.
shield-what-two = Det må to til for at flere skal få vite om henne, og for å ta bort skjermingen: én spør, en annen svarer.
shield-with = Kollega som også skal vite om henne
shield-with-missing = Velg en kollega.
shield-send = Skjerm
shield-begun = { $name } er skjermet
shield-who = Hvem vet om henne
shield-who-lead = Bare disse vet at hun er her. To må være enige om å la flere få vite om henne, eller om å ta bort skjermingen. Én kan fjerne en annen.
shield-too-few = Færre enn to av dem er her fortsatt. Da kan en leder med nødtilgang være den andre som spør eller svarer.
shield-since = { $name }, siden { $date }
shield-remove = Fjern { $name }
shield-removed = { $name } kan ikke se henne lenger
shield-name = Kollega som skal få vite om henne
shield-ask = Spør de andre
shield-ask-lift = Be om at skjermingen tas bort
shield-asked = En annen må svare før det skjer
shield-asked-heading = Venter på svar
shield-wish-name = { $by } vil at { $name } skal få vite om henne, { $date }
shield-wish-lift = { $by } vil ta bort skjermingen, { $date }
shield-waits = Venter på en til
shield-said-yes = Du har sagt ja. Det er gjort.
shield-said-no = Du har sagt nei. Det blir som før.
shield-hidden-address = Skjult adresse (strengt fortrolig eller fortrolig)
shield-register-elsewhere = Har deltakeren skjult adresse? Da skal en rådgiver eller lederen registrere.
shield-register-online = Har hun skjult adresse? Ikke registrer henne her. Bruk
## glass: seeing every protected person for a day
glass-title = Nødtilgang
glass-lead = Du ser alle skjermede deltakere til dagen er over, uten å kunne endre noe. Alle som er oppført hos en av dem, får vite det, med grunnen.
glass-reason-hint = Skriv hvorfor, med minst 10 tegn.
glass-reason-short = Skriv litt mer, så de andre forstår hvorfor.
glass-reason-long = Skriv litt kortere, høyst 200 tegn.
glass-send = Bruk nødtilgang
glass-broken = Du ser alle skjermede deltakere til og med { $date }. De som er oppført, har fått vite det.
glass-to-people = Til deltakerne
glass-told = { $name } brukte nødtilgang { $date }, og så alle skjermede deltakere. Grunn: { $reason }
