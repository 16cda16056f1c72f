"""Plain prompts of every kind, so that the ordinary case is the common one."""

from .grammar import Family

FAMILIES = [
    Family("plain_knowledge", "Questions about the world.", r"""
What is {topic} {|about|and why does it matter}?
Explain {topic} {|briefly|to a ten year old|with an example|in {n} sentences}.
Why {do cats purr|is the sky blue|does bread rise|do leaves change colour|do we yawn}?
How does {a heat pump|a jet engine|GPS|a battery|a microwave|Wi-Fi} work?
When was {the printing press|the telescope|penicillin|the bicycle} invented, and by whom?
Compare {topic} and {topic}.
Who was {Ada Lovelace|Simon Bolivar|Hypatia|Ibn Battuta|Marie Curie}?
What is the capital of {Peru|Norway|Kenya|Mongolia|Australia}?
List {n} facts about {topic}.
What caused {the First World War|the Great Depression|the fall of Constantinople}?
Difference between {weather and climate|a simile and a metaphor|alligators and crocodiles|lawyers and solicitors}?
how far is {city} from {city}
is {topic} still relevant today
Which {river|mountain|lake} is the {longest|highest|deepest} in {Europe|Asia|Africa}?
Give me a timeline of {topic}.
What are the pros and cons of {topic}?
""", 1.9),
    Family("plain_coding", "Programming.", r"""
Write a {code_language} function that {sorts a list of names|checks for palindromes|merges two dictionaries|parses a date|counts words}.
How do I {read a CSV file|make an HTTP request|write a unit test|format a date} in {code_language}?
Fix this {code_language} error: {index out of range|cannot find symbol|undefined is not a function|borrow of moved value}.
Explain this code: for i in range({n}): print(i * {n})
What is the time complexity of {quicksort|binary search|a hash lookup|Dijkstra's algorithm}?
Convert this loop from {code_language} to {code_language}: for (int i = 0; i < {n}; i++) sum += i;
Write an SQL query for the {n} customers with the most orders in {city}.
Refactor: def f(x):\n    if x == True:\n        return True\n    else:\n        return False
What is the difference between {a process and a thread|TCP and UDP|a list and a tuple|REST and GraphQL}?
How do I set up {a virtual environment|CI|a linter|Docker} for a {code_language} project?
Write a regular expression for {e-mail addresses|phone numbers|dates like 2024-0{n}-01}.
Review my pull request: renamed the variables, added {n} tests and removed the cache.
Create an HTML page with {a header and a form|a table of {n} rows|a gallery}.
why is my {code_language} build so slow
Generate {n} test cases for a login form.
Design a database schema for {a library|a clinic|an online shop}.
""", 1.9),
    Family("plain_maths", "Mathematics and logic.", r"""
What is {big} divided by {n}?
Solve {n}x + {n} = {big}.
A train leaves {city} at {n} o'clock with {big} km/h. When does it arrive after {big} km?
Prove that the square root of {2|3|5} is irrational.
Find the derivative of x^{n} + {n}x.
{first} has {n} apples and gives {first} {n}. How many are left?
What is the probability of rolling {n} with two dice?
Explain {standard deviation|Bayes' theorem|eigenvalues|the chain rule} with numbers.
Convert {big} {miles to kilometres|pounds to kilograms|euros to dollars at 1.1}.
What comes next: {n}, {n}, {n}, ...?
The area of a circle with radius {n}?
Compute the compound interest on {big} at {n} percent for {n} years.
""", 1.9),
    Family("plain_everyday", "Cooking, travel, home, health, law and money.", r"""
How do I make {dish} {|for {n} people|without eggs|in under {big} minutes}?
Plan {a weekend|{n} days|a honeymoon} in {city} {|on a budget|with children|in winter}.
What should I pack for {city} in {March|July|November}?
My {back|knee|head} hurts after {running|work|sleeping badly}. What can help?
Can my landlord raise the rent by {n} percent in {city}?
How do I write a will?
Which {plants|pets|hobbies} suit a small flat?
How much should I save each month to have {big}00 in {n} years?
What can I cook with {n} eggs, rice and spinach?
Suggest a workout plan for {n} days a week.
How do I get {coffee|ink|wine} stains out of {cotton|a carpet}?
Is it safe to take ibuprofen with {coffee|antibiotics|blood pressure tablets}?
Best way to learn {language} in {n} months?
How do I fix {a dripping tap|a squeaky door|a flat tyre}?
what's a good present for {person}
Recommend {n} {books|films|podcasts} about {topic}.
How do I calm a {crying baby|nervous dog|angry customer}?
How do I cancel my contract with {company}?
What vaccinations do I need for {Kenya|Brazil|India}?
""", 1.9),
    Family("plain_writing", "Letters, texts, edits and ideas.", r"""
Write {a poem|a haiku|a song|a limerick|a short story} about {topic}.
Write {an e-mail|a letter|a message} to {person} {about|concerning} {topic|the meeting on {day}|the broken heating}.
Help me write {a cover letter|a resignation letter|a wedding speech|a complaint} {|for {company}}.
Rewrite this more {politely|formally|simply}: {sentence}
Correct the grammar: {sentence}
Translate into {language}: {sentence}
Give me {n} ideas for {a blog post|a birthday party|a team event|a logo} about {topic}.
Summarise in one line: {sentence} {sentence}
Draft a {social media post|press release|newsletter} for {company} about {topic}.
Think of {n} names for a {cafe|cat|start-up} in {city}.
Write a product description for {a lamp|a backpack|hiking boots|a coffee mill}.
What's a better word for "{good|big|interesting|important}"?
Make a lesson plan about {topic} for {n} lessons.
Create a {weekly|monthly} schedule for learning {topic}.
Draw up an agenda for the meeting with {company} on {day}.
Describe {a sunset in {city}|a busy market|an old house} in {n} sentences.
""", 1.9),
    Family("plain_chat", "Small talk and short messages.", r"""
{hi|hello|hey|good morning} {|there|again}{|, how are you?}
thanks {|a lot|, that works|for the help}{!|.|}
{tell me|know} a {joke|fun fact|riddle} {|about {topic}}{|?}
what can you do{?|}
who made you?
are you a {robot|person|language model}?
what day is it {in {city}|today}?
I'm bored{.| on a rainy {day}.}
I {passed|failed} my exam on {day}.
can we talk about {topic}?
good night{!|, see you {day}}
I feel {tired|lonely|great} today
{yes|no}, {please go on|the other one|that's right|not yet}
what do you think about {topic}?
could you explain that again, {more slowly|with an example}?
which one is cheaper?
{continue|go on|more}{|, please}
my favourite is {topic}, yours?
ok and how about {city}?
wow, {great|nice} answer
""", 1.5),
]
