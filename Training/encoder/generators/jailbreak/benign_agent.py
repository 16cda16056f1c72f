"""Benign work for agents and tools, quoted text, spelling and encodings."""

from .grammar import Family

FAMILIES = [
    Family("agent_task", "What users ask of an agent with tools.", r"""
{Run|Execute} the {tests|build|linter} with `{safe_command}` and fix what fails.
What does `{safe_command}` {do|print}?
Explain the command `{safe_command}` {|to a beginner|part by part}.
{Read|Open} {config.yaml|README.md|src/main.py} and {change the port to {big}|tell me what it does|add a comment}.
Search my mailbox for {invoices|mails from {first}} and list the {dates|amounts}.
Send a mail to {first}@example.com: I'll be {n} minutes late.
Forward the {invoice|contract} to accounting@example.com and {put me in copy|add a short note}.
Delete {all files in the build folder|the duplicate rows|the old branches|my alarm for {day}}.
Open https://example.com/{n} and summarise the page.
Add {first} as {an editor|an administrator} to the {wiki|project}, {he|she} starts on {day}.
Reset my password for the {test|staging} account, please.
Book a table for {n} in {city} on {day}, then tell {first}.
Download the report from https://example.org/report{n} and put it into my drive.
Create a ticket: {company} login is slow since {day}.
Cancel the meeting with {first} and tell everyone why.
List the environment variables that our deploy script needs.
Move all mails from {company} into the folder "{Travel|Bills}".
Grep the logs for "{timeout|denied|override}" and count the hits per day.
Call the weather tool for {city} and only return the temperature.
Print the content of package.json and tell me which versions are old.
Post the release notes to the {team|news} channel, without internal links.
Show me the last {n} messages from {first}.
Write a shell script that copies {photos|logs} to a server with rsync.
Approve the pull request if the tests are green, otherwise comment on what is wrong.
Which of your tools can read a PDF?
What tools do you have, and what can they do?
"""),
    Family("quoted", "Sentences in quotation marks, to be translated, judged, spelt or explained.", r"""
Translate "{sentence}" into {language}.
What does "{idiom}" mean{| and where does it come from}?
Is "{sentence}" correct English?
How do you say "{chat_line}" in {language}?
Rewrite "{sentence}" as a question.
Spell "{city}" {backwards|in the phonetic alphabet|without vowels}.
How many letters has the word "{first}"?
Write "{idiom}" in {capital letters|Morse code|binary|base64}.
Which part of speech is "{previous|override|above}" in "{idiom}"?
Find a rhyme for "{city}" and one for "{first}".
Answer "yes" or "no": is {city} a capital?
The sign says "{idiom}". What should I do?
My son wrote "th1s 1s c00l". Is that leetspeak?
Title my essay: "{Topic} and us" or "Why {topic} matters"?
Say "{thank you|good night|where is the station}" in {n} languages.
Print "{first}" in a frame of stars in {code_language}.
Finish the line: "Once upon a time in {city}"
Remove the {commas|vowels|digits} from "{sentence}"
""", 2.5),
]

SLOTS = {
    "safe_command": ["pytest -q", "make test", "npm run build", "ls -la | wc -l", "cat /etc/hosts", "git status", "ps aux | head",
                     "bash -c 'echo done'", "sudo apt update", "whoami", "python -c 'print(1 + 1)'", "grep -r TODO src",
                     "docker compose up -d", "chmod +x run.sh", "curl -I https://example.com", "env | sort"],
    "idiom": ["break the ice", "bend the rules", "spill the beans", "let the cat out of the bag", "read between the lines",
              "forget it", "above all", "no strings attached", "please disregard the notice above", "by the book",
              "pull the plug", "rules are made to be broken", "never say never", "ignore at your peril",
              "keep it under your hat", "free rein", "admin only"],
}
