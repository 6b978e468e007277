/** The rules file with every key and its default. Take away the # in front of one to change it: a test keeps it true. */
export const rulesTemplate = `# Automatic moderation of ClassCord Server (docs/moderation.md). The server reads this file again whenever it changes.
# A file with a mistake is refused with a line in the log, and the rules before it stay.
# Règles de modération automatique : relues dès que ce fichier change ; un fichier fautif est refusé, les règles d’avant restent.
# Try them first / Essayez-les d’abord : classcord automod test --since 7d

# On: who breaks a rule is warned. / Actif : qui enfreint une règle est averti.
enabled = false
# Roles that are not looked at. / Rôles qui ne sont pas regardés.
#exempt = ["admin", "moderator"]
# After something was done about somebody, so long nothing more. / Délai entre deux mesures contre une même personne.
#pause_seconds = 10

# More than so many messages within so many seconds.
[flood]
#enabled = true
#messages = 8
#seconds = 10

# The same message so many times within so many seconds.
[repetition]
#enabled = true
#times = 4
#seconds = 60

# So many percent of the letters of a message with at least so many letters.
[capitals]
#enabled = true
#percent = 70
#letters = 12

# More than so many links in a message; a link to a blocked host; with allowed hosts, a link to any other.
[links]
#enabled = true
#most = 3
#allowed = []
#blocked = []

# Words of the lists; your own: "patate*" any ending, "*patate*" anywhere in a word, "gros nul" these words in a row.
[words]
#enabled = true
#lists = ["fr", "en"]
#add = []
#harmless = []

# Switched on, who goes on is muted, sent out, and banned. / Actif, qui continue est réduit au silence, expulsé, banni.
[escalation]
#enabled = false
#scope = "server"       # or "channel": where it happened
#window_hours = 24
#steps = [{ kind = "warn" }, { kind = "warn" }, { kind = "mute", minutes = 5 }, { kind = "mute", minutes = 60 }, { kind = "kick" }, { kind = "ban", minutes = 1440 }]

# What a channel has of its own; the rest is as above.
#[channels."#dev"]
#capitals = { enabled = false }
#[channels."#spam"]
#enabled = false
`;
