"""Templates by kind of text. `{a|b}` is an alternative, `{name}` a slot of this generator or of `generators.pii`."""

KINDS = {
    "chat": (4, r"""
{hi|hello|Hey|Good morning|}{,|!|} {my name is|I'm|I am|this is|it's} {person}{ from {city}| from {company}|, {age}, from {town}|} {and I need help|calling about my order|here}.
{can you|please|Could you} {check|look up|find|update|delete} {the account of|the record of|the booking for|the file on} {person}{, {address}| in {city}| at {company}|}{?|.}
{Ship|Send|Deliver|Post} {it|the parcel|the replacement|two copies} to {person}, {address}{.| please|, by {day}.}
{I live|We live|She lives|He used to live|My parents live} {at|on} {address}{| with {first}| near {company}| in {country}}.
{Her|His|My|Their} {address|home address|new address|office} is {address}{.| now.| since {month}.|, not {address}.}
{I moved|We are moving|They relocated} from {address} to {address} {in {month}|last week|because of work}.
{I work|She works|My brother works|I used to work} {for|at|with} {company} in {city}{.| under {person}.| as a {job}.}
{Tell|Ask|Remind|E-mail} {person} {that|about} {the meeting in {city}|the invoice from {company}|my visit to {address}}{.| on {day}.}
{Is|Was|Will} {person} {still|really|also} {at|with|the head of} {company}{?| in {country}?}
{Who|What} {is|was} {full}{?| from {company}?| of {city}?}
{Write|Draft|Compose} {an e-mail|a letter|a note|a complaint} {to|for} {person} {at|of} {company}{| about {topic}| because {first} is ill}.
{Translate|Rewrite|Summarise|Correct} this: "{person} met {person} at {company} in {city}."
{She|He} {was born|grew up|studied|got married} in {city}{, {country}| and moved to {town}|, near {geo}}.
{first}, {first} and {first} {live|study|work} in {city}.
i am {lowperson} and i live in {lowcity}
{my|our} {landlord|doctor|neighbour|teacher|boss|lawyer} {person} {said|wrote|thinks} {it is fine|we should wait|I must pay {money}}.
User: {full}\nBot: {Thanks|Welcome}, {first}. {And your address?|Where do you live?}\nUser: {address}
Bot: {What is your name?|Name, please.}\nUser: {person}
A: {Who is there?|Who sent you?}\nB: {full}, {company}.
{Book|Reserve|Cancel} a {table|room|flight} for {person} {in|to|from} {city} on {date}.
{Does|Did} {company} {ship|deliver|sell} to {country}{?| and {city}?}
{Flights|Trains|Hotels} {from {city} to|in} {city} {for {person}|in {month}|under {money}}
{Congratulate|Thank|Invite} {person} {on the new job at {company}|to our party at {address}|for the help in {city}}.
Is it {cheaper|safer|warmer} in {city} or in {city}?
"""),
    "record": (3, r"""
Name: {person}\nAddress: {address}\nEmployer: {company}\nPhone: {phone}
{Patient|Client|Tenant|Student|Guest|Applicant}: {listed}\n{DOB|Born|Date of birth}: {date}\n{Address|Residence|Home}: {address}\n{GP|Advisor|Contact}: Dr {last}
First name: {first}\nLast name: {last}\nStreet: {street}\nCity: {city}\nCountry: {country}
{"name": "{person}", "address": "{address}", "city": "{city}", "company": "{company}"}
{"customer": {"first": "{first}", "last": "{last}"}, "ship_to": "{address}", "total": {n3}}
<person><name>{person}</name><org>{company}</org><loc>{city}</loc></person>
name,city,employer\n{person},{city},{company}\n{person},{city},{company}
id;{name|customer};{street|address};amount\n{n3};{person};{address};{n4}\n{n3};{person};{address};{n4}
| {Name|Guest} | {Town|From} | {Firm|Company} |\n|---|---|---|\n| {person} | {city} | {company} |\n| {person} | {town} | {company} |
1. {listed}, {company}\n2. {listed}, {company}\n3. {listed}, {company}
{Participants|Attendees|Present|Cc}: {person}, {person}, {person}{ and {person}| ({company})|}
{Invoice|Order|Receipt} {n4}\n{Bill to|Sold to|Customer}: {person}\n{address}\n{Amount|Total}: {money}
{person}\n{address}\n{country}
{person}\n{company}\n{address}
{company}\n{address}\n{city}
From: {person} <{email}>\nTo: {person}\nSubject: {visit to|offer from|contract with} {company}
Passport {n4}{n3}, {person}, born {date} in {city}, {country}
INSERT INTO customers VALUES ({n3}, '{person}', '{address}', '{city}');
{date} {time} INFO user="{person}" city="{city}" action=login
{date} {time} delivery to {address} failed, signed by {last}
user={first}.{n3} name="{full}" org="{company}"
BEGIN:VCARD\nFN:{person}\nORG:{company}\nADR:{address}\nEND:VCARD
Witness {person}, resident of {address}, stated that {last:a} was in {city} on {date}.
"""),
    "letter": (3, r"""
Dear {Mr|Ms|Dr|Prof.|Mrs} {last},\n\n{thank you for your letter|we have received your form|your appointment at {company} is on {date}}.\n\n{Regards|Sincerely|Best wishes},\n{person}\n{company}
Hi {first},\n{see you in {city} on {day}|the keys are at {address}|{company} called about the contract}.\n{first}
{Dear|Hello} {first} and {first}, {we moved to|our new home is} {address}. {Come and visit|Greetings from {city}}! {first}
To whom it may concern: {full:a} {rented|owned} the flat at {address} from {year} to {year}. {last:a} {paid on time|left it clean}. {person}, {company}
{Re|Subject}: {your stay in {city}|claim of {person}|account of {company}}\n{Dear|To} {last}, {please sign|find attached|confirm} {the form|the lease for {address}}.
Best regards, {person}{, {job}| | {job},} {company}, {address}
{person} asked me to write. {first} {is in hospital in {city}|has left {company}|will call from {country}}.
"""),
    "story": (3, r"""
{full:a}, {age}, {left|quit|joined|sued} {company} {in {month}|last year|after a dispute with {person}}. {last:a} {now lives in {city}|was not available|will move to {country}}.
{Neighbours|Friends|Colleagues} of {person} in {town} {remember|describe|miss} {a quiet man|her laugh|the dog}.
{company} {opened|closed|sold} its {plant|office|shop} in {city}{, {country}| to {company}|, said {person}}.
The {fire|burglary|party} at {address} {was reported by {person}|began at {time}|is not linked to {company}}.
{title} {last} {visited|praised|criticised} {city} and {country} {on {day}|together with {person}|in {year}}.
{The|A} {lawyer|doctor|son|widow} of {person} {called|met|wrote to} {company} {from {city}|about {topic}}.
{full} {of|from} {company} {spoke|will speak} {at {univ}|in {city}} on {topic}.
{From|Between} {city} {to|and} {city} {it takes {n} hours|there is no train}, {says|writes} {person}.
{intl} {and {intl}|officials} {met|agreed} in {city}{, {country}|}.
{person}'s {house|shop|car} stands {on|in} {street}{, {city}|}, {next to {company}|opposite the school}.
{club} {signed|sold|wants} {full} {from {club}|for {money}}.
"""),
    "none": (4, r"""
{Explain|What is|Prove|Apply|Derive} {eponym}{?|.| in simple words.| with an example.}
{Recipe for|How do I make|Is there meat in|What goes with} {food}{?|.}
{How do I|Can I} {install|use|update|remove} {software} {on my laptop|without root|with a proxy}?
{The|A} {judge|nurse|teacher|company|bank|city council|ministry|doctor|landlord} {said|asked|paid|left} {nothing|the bill|early|again}.
{May|Will|Can|Should} {I|we|you} {park here|come along|use this|rest} {in March|today|now}?
{Turn left|Walk on} at the {church|next street|main road|station} and {wait there|ask again}.
{My|The} {address|name|city|employer|company} {has changed|is wrong on the form|is missing}, {what do I do?|who can fix it?}
{What|Which} {address|street name|company name|first name} {should I use|is best|sounds good} for {a test|my novel|a bakery}?
Name: N/A\nAddress: unknown\nCity: -\nEmployer: none
name,address,city\n,,\nnull,null,null
{Dear|Hello} {Sir or Madam|customer|team|neighbour}, {the lift is broken|your order {n4} has shipped|the office is closed on {day}}.
{Order|Ticket|Invoice|Room|Flight|Bus|Chapter|Section|Version} {n3} {is|was} {late|open|cancelled|not found}.
{date} {time} ERROR {worker|queue|cache} {n3} {timed out|restarted}
{"status": "error", "code": {n3}, "city": null, "name": ""}
{pricing|Compare} {gadget} {and|with} {gadget}{.|, which is better?}
{Reads|Watches|Listens to} {opus}{ every night|.| again}
{Breeds like|I own} a {breed}{.| and a cat.}
The {river|mountain|street|park|village} {is|was} {closed|quiet|long|beautiful} {in winter|at night|today}.
{Solve|Compute} {n3} + {n4} {and|then} {round|double} it.
{Monday|Tuesday|Sunday|June|August|Easter|Christmas} {is|was} {fine|cold|too busy} for {me|us|the team}.
{Our|The} {AI|chatbot|assistant|printer|router} {answers|works|fails} {slowly|in German|after the update}.
{He|She|They|Somebody} {lives|lived|works} {far away|in a small town|at a bank|for the state}.
"""),
}

LOOK_ALIKES = {
    "eponym": "Newton's second law;Bayes' theorem;the Pythagorean theorem;Ohm's law;the Doppler effect;a Fourier transform;Euler's formula;"
              "the Turing test;Moore's law;Parkinson's disease;Alzheimer's disease;the Heimlich manoeuvre;Pareto efficiency;the Nash equilibrium;"
              "a Gaussian distribution;Boolean algebra;Hooke's law;the Krebs cycle;the Richter scale;Occam's razor;Murphy's law;the Oedipus complex;"
              "Boyle's law;Gram staining;a Petri dish;Bernoulli's principle;the Dunning-Kruger effect;Keynesian economics;the Hippocratic oath;"
              "Schrödinger's cat;a Markov chain;the Stockholm syndrome;a Caesar cipher;Avogadro's number;Planck's constant;the Marshall plan".split(";"),
    "food": "Caesar salad;Wiener schnitzel;Peking duck;Bakewell tart;New York cheesecake;Turkish delight;Swiss rolls;Yorkshire pudding;"
                 "Earl Grey tea;eggs Benedict;beef Wellington;Waldorf salad;French toast;Danish pastry;Bologna sauce;Irish stew;Brussels sprouts;"
                 "Hamburger buns;a Margherita pizza;Kaiser rolls;Black Forest cake;a Bloody Mary;Dijon mustard;Cheddar".split(";"),
    "software": "Python;Java;Julia;Ruby;Swift;Apache;Docker;Jenkins;Django;Lucene;Jupyter;Georgia (the font);Helvetica;Excel;Word;Postgres;Redis;"
                "Perl;Kafka;Cassandra;Jira;Ada;Pascal;Haskell;Maven;Gradle;Sphinx;Celery;Oracle drivers;Safari;Chrome;Windows 11;Debian".split(";"),
    "gadget": "the iPhone 15;a Galaxy S24;the ThinkPad X1;a PlayStation 5;the Kindle;a GoPro;the Model 3;a Golf GTI;an Xbox;the AirPods;a Pixel 8".split(";"),
    "opus": "Jane Eyre;Oliver Twist;Hamlet;Anna Karenina;21 Jump Street;Chicago, the musical;Casablanca;Moby Dick;Robinson Crusoe;Emma;"
                  "the Odyssey;Don Giovanni;Tosca;Breaking Bad;Fargo;Notting Hill".split(";"),
    "breed": "Jack Russell terrier;Saint Bernard;Labrador;Great Dane;Maine Coon;Persian cat;Shetland pony;German shepherd;Pekingese;Angora rabbit".split(";"),
    "job": "nurse;driver;teacher;analyst;plumber;cook;engineer;clerk;designer;translator;carpenter;pilot".split(";"),
    "topic": "taxes;solar power;data protection;public transport;the harvest;vaccines;rent control;machine translation;fishing quotas".split(";"),
    "title": "Dr;Professor;Judge;Senator;President;Minister;Captain;Sister;Mayor;Coach".split(";"),
    "hobby": "chess;hiking;baking".split(";"),
}
