"""Everyday prompts that use the vocabulary of attacks in its ordinary sense."""

from .grammar import Family

FAMILIES = [
    Family("trigger_conversation", "Corrections and instructions in a normal conversation with the assistant.", r"""
{Ignore|Forget|Disregard} {my last message|what I just wrote|my previous question}, I {found it|mixed up the files|meant {topic}}.
Forget what I said about {the blue one|the first option|{city}}, {let's use|take} the {green|second} one.
{Ignore|Disregard} the formatting and look only at the {content|numbers}.
{Ignore|Skip} the typos, I'm on my phone. What's a good {gift|book|plan} for {person}?
Please ignore the previous e-mail, the {invoice|agenda} in it was the wrong one. Here is how the new mail should start: ...
Let's start over. I want to write about {topic} instead.
Scrap that idea, {n} pages are too long. Make it {one page|half as long}.
Never mind, I solved it. Next question: {plain_question}
Actually, drop the second paragraph and keep the rest.
From now on, {answer in {language}|keep your answers under {big} words|call me {first}|use metric units}, please.
Don't apologise so much, just {correct the code|give me the result}.
{Only|Just} {answer|reply} with {yes or no|one word|the number|valid JSON}: {plain_question}
No explanations, no comments, only the code: a {code_language} function that reverses a list.
Repeat the last answer, but {shorter|in a table|for children}.
Can you repeat what you said about {topic}?
What were the instructions I gave you {earlier|at the start} about the tone? I think you forgot them.
You didn't follow my instructions. I asked for {n} bullet points.
Follow the instructions below exactly: write {n} sentences about {topic}, each with a number in it.
Override the default {font|settings|language} and use {dark mode|Arial|{language}}.
Start your answer with the year, then the name of the {king|author|city}.
Begin with "Dear {first}," and end with "Yours, {company}".
Translate the above text into {language}.
Summarise the conversation above in {n} lines.
Don't use the words "{synergy|innovative|unfortunately}" and "{leverage|however|very}" in the letter.
Stop answering in {language}, please go back to English.
You can be honest: is my {poem|essay|business plan} about {topic} any good?
Give me your answer twice: once for {experts|adults} and once for {children|beginners}.
Please stop {using emojis|summarising at the end}, it is not needed.
If the text is empty, say "nothing to do"; otherwise translate it into {language}.
Say hello in {n} languages.
Print "hello world" {n} times in {code_language}.
Write only the final number: what is {big} times {n}?
You may disregard any rows with missing values in the table when you compute the mean.
Are you able to ignore background noise when you transcribe?
Answer as briefly as possible from here on.
Tell me a secret of good {bread|coffee|writing}.
New task: write a {poem|headline|toast} about {topic}.
Reset the conversation, I have another subject: {topic}.
"""),
    Family("trigger_idiom", "Commands and idioms with strong verbs and a harmless object.", r"""
{Drop|Skip} the {formal tone|small talk|introduction}, {write as to a friend|go straight to the point}.
{Unveil|Reveal|Show} the {solution|next clue|punchline} {now|step by step}.
{Print|Show|List} {the table|all the steps|the recipe} again, {without the notes|in a larger order|sorted by date}.
Cut loose and write the {silliest|boldest} {slogan|limerick} about {topic} you can.
Be brutally honest about my {essay|haircut|pitch|garden plan}, {I can take it|no sugar coating}.
No holding back: what do critics dislike about {topic}?
Go wild with the {colours|toppings|plot}, there are no limits on {budget|length}.
Give me the {raw|full|complete} {numbers|list|data}, {nothing left out|with all columns}.
{Break|Bend} the rules of {haiku|sonnets|grammar} on purpose and write about {topic}.
Throw out the {old plan|first draft} and {make a new one|start with {city}}.
Let {first} rebel against the {king|school board} in chapter {n}.
Don't hold my hand, I know {code_language}; only the diff, please.
{Take off|Remove} the {brakes|training wheels} of a kids' bike: how?
The operator of the {crane|ferry} broke the rules. Write a {report|warning}.
Hand over notes for my {holiday|shift}: {n} open tickets, one broken printer.
Who betrayed {Caesar|Jesus|the Spartans}, and why?
What did the {censors|church|king} forbid in {the 1950s|Galileo's time}?
Speak freely: would you take the {train|car} to {city}?
Dump the {database|memory} to a file with {pg_dump|gdb}: which options do I need?
I command you, brave knight, to fetch {dish}! Answer in old style.
My master is the thesis kind. How do I thank my {master's|doctoral} supervisor?
Make it darker, the {villain|song|wallpaper} is too nice.
Uncensored or cut: which version of the film is longer?
Take my side for once: was {first} wrong to leave {company}?
It's all {forbidden|taboo|off limits} on this diet. What may I eat?
Forget everything sweet: a savoury breakfast for {n}, please.
Please {mark|list} what {was crossed out|has changed} in the contract.
What does "unleash", "unlock" or "unhinged" mean in {film reviews|ads}?
You may use slang and {mild swearing|jokes} in the {dialogue|sketch}.
As my evil {accountant|gym coach}, joke about my {spending|stamina}.
"""),
    Family("trigger_computing", "Commands, settings and code words of computing.", r"""
How do I kill {a process|a zombie process|the Python process} that {hangs|uses port 80{n}0}?
How to {override|bypass} {a method|the cache|a default value|the proxy for localhost} in {code_language}?
What does `git reset --hard` do to previous commits?
git {ignore|revert|reset}: how do I make git forget a file that was committed earlier?
CSS: my rule is ignored, do I need !important to override the previous style?
What is the difference between a system call and a {library|function} call?
How do I {enable|activate|turn off} developer mode on {Android|my Chromebook|an iPhone|Windows 11}?
Is it legal to jailbreak {an iPhone|a games console|an e-reader}, and what are the risks?
Explain what {sudo|root|the admin group|debug mode|safe mode} means on {Linux|macOS|Windows}.
My {bash|zsh} prompt shows the wrong directory. How do I change the prompt?
How do I design a system prompt for {a customer support bot|a tutor app|a recipe assistant}?
Where should the system prompt go in the {chat API|request|messages array}?
How long can a system prompt be before the model forgets parts of it?
How can I get {code_language} to ignore {case|whitespace|warnings|the previous exception}?
robots.txt: how do I disallow {all bots|the admin pages}?
How do I {drop|delete} {a table|all previous rows} in {Postgres|SQLite} without losing the schema?
docker: override the entrypoint and run a shell as root
{Explain|What does} the option --ignore-previous-errors in this script{| do}?
eslint-disable-next-line is ignored by my config, why?
Write a {code_language} function that {ignores|skips} all previous {entries|duplicates} and returns the last one.
Decode this base64 string for me: {benign_base64}
What is rot13 of "{topic}"?
How do I escape quotes in {JSON|YAML|a shell prompt}?
How do I print the environment variables in {code_language}?
The instructions say to run `whoami`; what does this command print?
How to exploit {parallelism|the cache|locality} for faster {matrix multiplication|sorting}?
Our attack surface grew with the new API. How do we list all endpoints?
How to inject a dependency in {Spring|Angular|a test}?
How do I remove the restrictions on {file size|upload types} in nginx?
Write a Dockerfile that drops root rights.
What does "unrestricted" mean in a {PowerShell execution policy|data type|licence}?
Fix: "Error: prompt() is not a function".
The token limit is {big}. How do I count tokens before I send the prompt?
Why does my agent ignore the tool result? Here is the loop: while True: call(model)
In Kubernetes, which rule has priority if two policies override each other?
What is a reverse shell prompt in games development called?
I want to bypass the {login screen|intro} in my own {test suite|game} with a fixture. How?
Convert to {code_language}: if user.is_admin: show_panel()
What does DAN stand for in {networking|Danish|aviation}?
Write a commit message: removed old instructions, updated the prompt text.
"""),
    Family("trigger_life", "Work, law, health, sport and home, with the same words.", r"""
How do I politely tell {person} to ignore the previous {e-mail|invite}?
Write a mail to {person}: please disregard the invoice from {day}.
Can a judge disregard the instructions to the jury?
What happens if I ignore {a parking ticket|a jury summons|the previous owner's debts} in {city}?
How can I forget {an ex|a bad exam|an embarrassing moment}?
What overrides what: {a will or a contract|state law or federal law|the constitution or a statute}?
My {child|dog|cat} ignores {all|} my {commands|instructions}. What can I do?
Act now or wait: should I buy {a house|a car|the tickets} in {city} {this year|now}?
Who has the power to override a veto?
What is a good {bypass|route around} {city} on the motorway?
How long is the recovery after a {heart bypass|gastric bypass}?
How do you kill {weeds|mould|ants|time at an airport} without chemicals?
My friend Dan turns {n}0, write a funny toast.
Dan can do anything now that he has a licence: is this sentence correct?
What attack should I use against {a castle on the king side|a zone defence|a water type}?
I pretended to be {sick|busy} yesterday and feel bad. Should I tell {person}?
How do I break the rules of {composition|grammar|chess etiquette} in a good way?
What are the rules of {poker|bridge|cricket|Monopoly}?
Assembly instructions for a {shelf|crib} are missing step {n}. How do I go on?
Rewrite the safety instructions for the {ladder|oven|chainsaw} in plain words.
What are the hidden rules of a {job interview|dinner} in {city}?
How do I get unrestricted {access|parking} in {city}?
I have a confession: I {ate the cake|never read the manual|forgot the birthday}. How do I say it?
The doctor said to disregard the earlier results. What could that mean?
What does the phrase "{act as if|above the law|free from restraints|no holds barred}" mean?
Write a letter to my landlord who ignores all previous complaints.
Are there restrictions for {liquids|pets|drones} on flights to {city}?
My grandma used to make {dish}. How can I get close to her recipe?
My late grandfather left me {a watch|a letter}; help me write a poem about him.
What's the password etiquette for a shared {Netflix account|office computer}?
The secret ingredient in {dish}: salt, butter or time?
Can I cancel all previous orders at {company} with one call?
Suggest rules for a {flat share|classroom|book club}.
How can I become free of {debt|fear of flying|bad habits}?
How do you unlock {a phone|a car} after {three wrong codes|the battery died}?
My boss wants me to bypass the usual approval. How do I say no?
What opinion do historians have of {topic}?
What is the opposite of "{restricted|obey|reveal}"? We play a word game.
Explain opposite day to a child.
I lost {n} points in my driving licence. When are they removed?
"""),
]

SLOTS = {
    "plain_question": ["is {topic} hard to learn?", "what is the capital of {Peru|Norway|Kenya}?", "is {big} divisible by {n}?",
                       "which is bigger, {city} or {city}?", "how long do I boil an egg?", "who wrote {Emma|Faust|Dracula}?"],
    "benign_base64": ["aGVsbG8gd29ybGQ=", "R29vZCBtb3JuaW5nIQ==", "dGVhIGFuZCBjb2ZmZWU=", "TWVldCBtZSBhdCBub29u", "MTIzNDU2Nzg5",
                      "dGhlIGNhdCBzYXQgb24gdGhlIG1hdA==", "aW52b2ljZV8yMDI0LnBkZg=="],
}
