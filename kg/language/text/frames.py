"""The set phrases that stand around a question: greetings, apologies, who asks and why, thanks, tags.

Patterns over the words of a question, folded and parted by single spaces. Those of ASIDES and ASKING are matched again
and again at the start, where more follows; after ASKING, "if", "whether" and "that" open what is asked about; what
follows THAT is asked to be so; CLOSINGS and TAG are matched at the end.
"""

from __future__ import annotations

import re

_SOFT = (
    r"(?:(?:please|kindly|perhaps|maybe|possibly|just|also|again|quickly|briefly|really|actually|then|so|now|still|"
    r"simply|"
    r"exactly|very|quite|rather|indeed|first|truly|urgently|not) )*"
)
_SOFTLY = r"(?: (?:please|kindly|perhaps|maybe|possibly|just|also|again|quickly|briefly|really|actually|then|so|now))*"
_HELPING = rf"(?:(?:would|should|do|will|am|are|was|were|have been|have|be) {_SOFT})*"
_LEARN = (
    r"(?:know|learn|hear|find out|understand|ask you|ask|see|check|confirm|verify|read|be told|figure out|work out|"
    r"establish|clarify|be sure|make sure|be reminded|discover|inquire|enquire|remember|recall|determine|ascertain|"
    r"make out|grasp|get|identify|tell)"
)
_LEARNING = r"(?:knowing|learning|hearing|finding out|understanding|asking|seeing|checking|reading)"
_REQUEST = (
    r"(?:tell|remind|inform|explain|say|clarify|confirm|list|name|give|show|find|identify|check|let|help|quote|"
    r"cite|"
    r"enumerate|specify|state|provide|summarise|summarize)"
)
_YOU = r"(?:you|someone|somebody|anyone|anybody)"
_WH = r"(?:who|whom|whose|which|what|when|where|why|how)"
_ONES_OWN = (
    r"(?:(?:my|our)(?: \w+){1,2}?|(?:a|one|some) (?:\w+ )?(?:friend|colleague|student|teacher)s?(?: of (?:mine|"
    r"ours))?)"
)
_TELLING = (
    r"(?:told|tells|tell|says|say|said|claims|claim|claimed|thinks|think|thought|believes|believe|insists|insist|"
    r"maintains|argues|swears|reckons|assumes|suspects|mentioned|heard|read)"
)
_ENQUIRING = r"(?:asks|ask|asked|wonders|wonder|wondered|is asking|was asking|is wondering|keeps asking)"
_STATING = (
    r"(?:explain|clarify|specify|elaborate|say|tell|check|confirm|verify|determine|find out|indicate|point out|"
    r"spell out|work out|figure out|describe|establish|identify|see|state|reveal|list|name|show|write|note)"
)
_ROLE = r"(?!not |curious|keen|sure|unsure|certain|aware|interested|\w+ing |\w+ed )\w+(?: \w+)?"

ASIDES = (
    r"(?:hi|hello|hey|hiya|yo|greetings|good (?:morning|day|evening|afternoon)|dear)"
    r"(?: (?:there|all|everyone|team|sir|madam|colleagues|friends|folks|guys))*",
    r"(?:guys|folks|everyone|everybody|team|colleagues|friends|sir|madam|right|look|listen|first|firstly|finally|"
    r"next|no) ,",
    r"(?:excuse me|pardon me|pardon|sorry to (?:bother|trouble|ask)(?: you)?|sorry|ok|okay|well|please|kindly|"
    r"many thanks|"
    r"thanks(?! to )|thank you|yes|yeah|lol|oh|ah|hmm|um|and|but|also|then|so(?! far)|now|anyway|actually|basically|"
    r"honestly|"
    r"seriously|again|once more|once again|by the way|in fact|in short|in brief|in a nutshell|briefly|quickly|"
    r"in other "
    r"words|for short|in your view|of course|for the record)",
    r"(?:just |purely |only )*(?:out of (?:curiosity|interest)|to be (?:clear|sure|precise|honest|exact))",
    r"just (?:curious|wondering|checking|asking|to (?:check|confirm|clarify))(?: (?:about|on))?",
    r"for (?:my|our) \w+(?: paper| essay| work| class)?",
    r"(?:\w+ )?question for (?:the |all |our |my )?\w+(?= [:,.-])",
    r"(?:(?:a|one|my|the|our|another|next|quick|short|simple|last|more) )*question(?: is| for you)?(?! of|"
    r" about| on)",
    r"(?:we |i )?(?:need|want)(?: (?:to know|help|quick|quickly|urgent|urgently|info|asap|an answer))+(?: (?:on|"
    r"about|with))?",
    rf"(?:i am|we are) (?:a |an |the )?{_ROLE}(?: (?:from|at|in|of|with|for) (?:the |a |an )?\w+(?: \w+)?)? "
    r"(?:,|:|\.|;|and(?= (?:i|we|would|need|want) ))",
    r"(?:i am|as) (?:a |an )?(?:student|journalist|diplomat)",
    r"as an? \w+(?: \w+)?(?: ,(?= (?:may|can|could|please|my|let) )|(?: ,)?(?= (?:i|we) ))",
    r"according to (?:the|your) (?:graph|data|database|records)",
    r"(?:got it|i see|understood|fine|great|good|perfect|alright|all right|fair enough|interesting|makes sense|"
    r"cool|noted|"
    r"excellent)(?= [,.!:;-])",
    r"(?:based on|on the basis of|judging by|judging from|going by|to go by|in the light of|in light of|"
    r"from) (?:what )?"
    r"(?:the|this|your|our) (?:text|article|document|source|material|passage|piece|story|report)"
    r"(?: (?:says|states|tells us|reports|alone|itself|has))?",
    r"(?:speaking|asking|writing|talking|coming) (?:as|for) (?:a|an|my|the) \w+(?: \w+)?(?= [,:])",
    r"(?:refresh|jog) (?:my|our) memor(?:y|ies)|help (?:me|us)(?: out)?(?: (?:here|please|with this))*",
    r"in (?:a few|few|two|three|simple|plain|other|as few) words(?: as possible)?|(?:rumour|rumor|word|"
    r"legend) has it(?= that )",
    r"(?:(?:when|if) (?:you|we|one|i) (?:looks?|takes?|considers?|turns?|thinks?)|looking|turning|speaking|talking|"
    r"thinking|let us (?:look|take|consider|turn))(?: (?:at|to|of|about|on))?(?= (?:the|a|an|[\w' ]{3,40} ,) )",
    r"if (?:i|we) (?:have |had |did |do )?(?:understood|understand|read|remember|remembered|recall|got|get|see|heard|"
    r"follow|followed|am not mistaken|am right)(?: (?:it|this|that|things|the \w+|everything|all))?"
    r"(?: (?:correctly|right|rightly|well|properly|aright|at all))?(?= [,:])",
    r"(?:from|by|as far as|judging by|going by) (?:what )?(?:i|we) (?:can |could |have |had )?(?:gather|gathered|hear|"
    r"heard|read|understand|understood|know|knew|see|saw|tell|remember|recall|make out)(?: so far| here| from it)?"
    r"(?= [,:])",
    r"(?:to be|being) (?:frank|fair|clear|blunt|quite honest|totally honest)(?: with you)?",
    r"(?:forgive|pardon|excuse) (?:my|our|the|me|us)(?: \w+)?(?: ,)?(?: but)?",
    r"(?:sorry|apologies)(?: (?:if|for|about|but) (?:(?:this|that|it|my|our|the|i|am|is|was|being|to|be|a|so|"
    r"very|too|bit|asking|question|questions|basic|silly|stupid|dumb|naive|obvious|simple|late|again|all|"
    r"english|ignorance|bad|poor|delay|slow|repeat|repeating|ask|trivial|banal|elementary|insisting)(?: |"
    r"(?= ,)))*)?"
    r"(?: ?,)? ?(?:but)?",
)
ASKING = (
    rf"(?:i|we) (?:would|will|should) {_SOFT}(?:be )?(?:grateful|thankful|obliged|happy|glad|appreciate it|pleased|"
    rf"delighted) if (?:you|someone|somebody|anyone|anybody) {_SOFT}(?:explained|told|showed|listed|named|clarified|"
    rf"spelled out|pointed out|said|confirmed)(?: to)?(?: (?:me|us))?(?= (?:{_WH}|whether|if|in|by|on) )",
    rf"(?:i|we) {_SOFT}{_HELPING}(?:like|love|want|wish|need|try|trying|hope|hoping|seek|seeking|looking|curious|"
    rf"keen|eager|"
    rf"interested|grateful|glad|happy) {_SOFT}(?:to )?{_LEARN}(?: (?:from you|again|exactly|more|about(?= {_WH} )))*",
    rf"(?:i|we) {_SOFT}{_HELPING}(?:wonder|wondered|wondering|curious|asking|ask|unsure|sure|certain|unclear|"
    rf"confused|"
    rf"interested)(?: (?:about|in|as to|on))?(?: {_LEARNING})?(?: (?:about|of)(?= {_WH} ))?",
    rf"(?:i|we) {_SOFT}{_HELPING}(?:looking for|look for|search for|searching for|after|interested in|"
    rf"curious about|"
    rf"in need of|seeking)",
    r"(?:i|we) (?:do|can|could) not (?:know|understand|remember|recall|see|get|find)(?: exactly)?",
    r"i have (?:a|one|another) (?:\w+ )?question(?: for you)?",
    rf"(?:i|we) {_SOFT}(?:need|want)(?! to)",
    rf"(?:what|all|(?:the|one|another|my) (?:\w+ )?(?:thing|question|point|part|bit)(?: that)?) (?:i|"
    rf"we) {_SOFT}{_HELPING}"
    rf"(?:(?:want|need|wish|like|love|try|trying) to {_LEARN}|(?:can|could|do|did) not {_SOFT}{_LEARN}|wonder|"
    rf"have|ask)"
    rf"(?: (?:about|here))? is(?: (?:this|the following))?(?: [:,])?",
    r"what (?:puzzles|interests|confuses|intrigues|escapes|concerns|bothers|strikes) (?:me|us) is",
    rf"it (?:would|will|might|could) {_SOFT}(?:be (?:of (?:help|use|interest)|\w+)|help|assist|interest)"
    rf"(?: (?:to|for))?(?: (?:me|us))?(?: (?:a lot|greatly|much))?(?: to {_LEARN}|(?= if ))",
    rf"(?:someone|somebody|they|people|some(?: people)?|{_ONES_OWN}) {_TELLING}(?: to)?(?: (?:me|us))?",
    rf"{_ONES_OWN} (?:{_ENQUIRING}|{_HELPING}(?:want|wants|wanted|like|likes|need|needs) to {_LEARN})(?: (?:me|"
    rf"us))?",
    rf"(?:i|we) (?:was|were|have been|had been|am|are|got)(?: being)? (?:asked|told|instructed|requested|"
    rf"supposed|required|"
    rf"expected|meant|tasked|invited|going|about) (?:to|with) (?:{_LEARN}|{_LEARNING}|establishing|determining)",
    rf"(?:i|we) {_SOFT}(?:have|need|must|ought|got|had|should)(?: got)?(?: to)? {_LEARN}(?= (?:{_WH}|whether|if|"
    rf"in|on|by|to) )",
    r"(?:i|we) (?:keep|kept|am|are|was|were)(?: (?:always|forever|often))? (?:hearing|reading|being told|told)"
    r"(?: (?:somewhere|everywhere|again and again|lately))?(?= that )",
    rf"(?:just |rather |quite |very |really )*(?:curious|interested|keen|eager|happy|glad|trying|hoping|looking|"
    rf"wanting|"
    rf"anxious) to {_LEARN}",
    rf"(?:just )?(?:curious|wondering|unsure|not sure|confused)(?: (?:about|as to|on))?(?= (?:{_WH}|whether|if) )",
    r"(?:(?:do|would) you )?mind (?:telling|explaining|showing|saying)(?: to)?(?: (?:me|us))?",
    rf"(?:would|could|will|can) (?:you|it|somebody|someone) {_SOFT}(?:be (?:so (?:kind|good)|able|possible|willing)"
    rf"(?: as)?(?: for (?:you|someone))? to) (?:{_LEARN}|{_REQUEST})(?: (?:me|us))?",
    rf"(?:is it possible|is there (?:a|any|some) way|are you able|is one able) to (?:{_LEARN}|"
    rf"{_REQUEST})(?: (?:me|us))?"
    rf"(?= (?:{_WH}|whether|if|in|on|by|to) )",
    rf"(?:i|we) (?:would|will|should) {_SOFT}(?:be )?{_SOFT}(?:much )?(?:grateful|thankful|obliged|happy|glad|"
    rf"appreciate|"
    rf"appreciative|delighted)(?: it)?(?: if (?:you|someone|somebody) (?:can|could|would|might)(?: please)?"
    rf"(?: (?:tell|show|explain to|remind|inform|let))? ?(?:me|us)?(?: know)?| to {_LEARN}| {_LEARNING})?",
    rf"(?:can|could|would|will) {_YOU} {_SOFT}(?:say|tell|write|explain)(?: to)? (?:me|us)"
    rf"(?= (?:{_WH}|in|on|by|to) )",
    r"do (?:you|we) have (?:any )?(?:information|info|data|details|knowledge)(?: (?:on|about|as to|of))?",
    r"(?:rumour|rumor|word|legend) has it",
    r"(?:my|our) (?:understanding|impression|guess|hunch|assumption|sense|feeling|belief|suspicion) (?:is|was)",
    r"(?:i|we) (?:was|were|am|are|have been|had been) (?:discussing|debating|arguing|talking|thinking|wondering|"
    r"looking into)"
    r"(?: (?:about|over|of))?(?: with \w+(?: \w+)?)?",
    r"correct me if (?:i am|we are) (?:wrong|mistaken)(?: ,)?(?: but)?",
    r"you (?:can|could|will|would) (?:surely |certainly )?(?:confirm|say|tell me|agree)",
    r"(?:is there )?any truth (?:in|to)(?: the (?:claim|idea|view|notion|rumour|assertion|report))?(?= that )",
    r"(?:i|we) (?:have |had )?(?:heard|read|think|thought|believe|understand|assume|gather|suppose|guess|suspect|"
    r"take it)"
    rf"(?: somewhere| recently)?(?! (?:{_WH}|of|about) )",
    rf"(?:can|could|would|will|might) {_YOU}{_SOFTLY}(?: be so kind(?: as)? to)?{_SOFTLY}(?= {_REQUEST} )",
    rf"(?:can|could|may|might) (?:i|we|one) {_SOFT}(?:{_LEARN}|trouble you|bother you)",
    r"(?:do|would|did) (?:you|we) (?:happen to |perhaps |maybe |by any chance |also )?know",
    rf"(?:does|do|can|would) {_YOU}(?: here| else)? know",
    rf"(?:does|do|did|has|have) (?:anyone|anybody|someone|somebody|the article|the text|any source) {_SOFT}(?:say|said|"
    r"mention|mentioned|state|stated|specify|specified|tell us|report|reveal)(?= (?:where|when|how long|why|whether) )",
    r"(?:is it|it is)(?: already| yet)? known",
    r"(?:do you have |have you |have you got |got )?any (?:idea|ideas|clue|thoughts)(?: (?:on|about|as to|of))?",
    r"(?:to )?(?:tell|remind|inform|say|let|help|teach|explain|clarify|brief)(?: to)? (?:me|us)"
    rf"(?: (?:please|again|briefly|exactly|quickly|just))*(?: (?:know|understand|see|"
    rf"find out))?(?: about(?= {_WH} ))?",
    rf"(?:{_STATING}|{_STATING} please|please)(?: (?:briefly|exactly|precisely))?"
    rf"(?= (?:{_WH}|whether|if|that|in {_WH}|by {_WH}|to {_WH}|on {_WH}|for {_WH}) )",
)
THAT = (
    rf"(?:is|was|would|could|can|may|might|does)(?: not)? it {_SOFT}(?:in fact |at all )?(?:be )?{_SOFT}(?:hold|"
    rf"true|(?:the )?truth|"
    rf"the case|"
    r"correct|right|accurate|a fact|fair|clear|established|likely|probable|possible|conceivable|plausible|said|"
    r"safe)?"
    r"(?: ?(?:to|be) (?:say|claim|think|assume|conclude|believe|state|said))? ?that",
    rf"(?:can|could|would|may|should|do|does|must) (?:one|we|you|i|somebody|anybody) {_SOFT}(?:safely |fairly )?"
    rf"(?:say|claim|conclude|think|believe|assume|argue|state|hold|agree) {_SOFT}that",
    r"(?:do|did) (?:i|we) (?:remember|recall|understand|see|get|read)(?: it| this)? (?:right|rightly|correctly|well)"
    r" that",
    r"(?:am i|are we) (?:right|correct|wrong)(?: (?:in|to) (?:thinking|assuming|believing|saying|understanding|"
    r"think|"
    r"assume|"
    r"believe|say))? that",
    r"is it (?:your|the|a common|everybody 's) (?:understanding|view|impression|opinion|belief|reading) that",
    rf"(?:do|did|have|am) (?:i|we) {_SOFT}(?:understand|understood|get|got|see|read|gather|have)(?: (?:it|this|"
    rf"that))? "
    rf"(?:right|correctly|rightly|properly|well)?(?: ,)? ?that",
    r"(?:would|could|do|should) (?:you|one|we) (?:say|think|believe|agree|assume|reckon)"
    rf"(?! (?:that|something|anything|so|if|whether|it|more|about|of|with|to|{_WH}) )",
    r"(?:is|was) there (?:a |any )?(?:chance|possibility) that",
    r"(?:is it|it is) (?:really )?true what (?:they|people|you|some|some people|many|he|she) \w+(?: ,)?(?: that)?",
)
CLOSINGS = (
    r"(?:please|kindly|many thanks|thanks(?: a lot| so much| in advance| very much)?|thank you(?: very much|"
    r" so much|"
    r" in "
    r"advance)?|cheers|asap|sir|madam|regards|urgent|urgently)",
    r"need (?:a |the |an )?(?:quick |short |full )?(?:list|answer|help)",
    r"if (?:you|anyone|we|one) (?:know|can|could|may|please|would|do not mind)|if (?:it is )?(?:possible|known)|"
    r"if i may(?: ask)?",
    r", (?:do|would) you know|can you (?:say|tell(?: me)?)|(?:could|can|would|will) you(?: please| kindly)?",
    r"[,;:.–-] (?:does|do|did|can|could|will|would|is|has) (?:the |this |that |your )?(?:article|text|graph|"
    r"source|sources|"
    r"document|report|data|it|you|they|anyone|anybody|we|there)(?: (?:really|actually|even|perhaps))?"
    r"(?: (?:give|say|tell|mention|know|show|reveal|state|specify|have|offer|provide|indicate|suggest|any|an|a|"
    r"some|"
    r"anything|something|us|me|that|so|it|this|which|idea|ideas|clue|hint|answer|information|details|indication|"
    r"about|"
    r"on|of|to|here|clear|make))+",
    r"[,;:.–-] (?:any|some) (?:idea|ideas|clue|hint|thoughts|suggestions)|by any chance|if at all",
    r"[-–,(.]? ?asking for (?:a|my|some) \w+",
    r"for (?:my|our) (?:notes|records|own \w+|understanding|files|report|essay|paper|exam|homework|thesis|article)",
    r"(?:as|so) far as (?:you|we|anyone|one) (?:know|knows|can tell|can say|are aware|can see)|to (?:your|"
    r"our) knowledge",
    r"in your (?:data|graph|database|records)|i (?:wonder|ask|mean|think|guess|believe|suppose|was wondering)|"
    r", you know",
    r", though|or (?:what|something)|and so on|etc|etcetera|so to speak|as it were|in (?:short|brief|a nutshell|"
    r"a few words)|"
    r"for short",
    r"(?:names|list) only|(?:only|just) (?:the )?(?:names|list)|i (?:do )?not (?:understand|know|get it|see)",
    r"(?:about|on|in|of|to|regarding) all (?:this|that|of this|of that)",
    r"(?:full|complete|whole) list|in full|all of (?:them|it|those|these)|every one of them|for (?:me|us)",
)
TAG = re.compile(
    r"(?: ,| -| –|\)|\.|\?) (?:(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|must|should) "
    r"(?:not )?(?:it|he|she|they|there|that|we|one)(?: not)?|(?:do|did) not you(?: (?:think|agree))?|right|"
    r"correct|true|yes|agreed|yes or no|or not|or no|or|"
    r"is (?:that|this|it) (?:really |actually |indeed )?(?:right|correct|true|so|the case|accurate)|"
    r"am i (?:right|correct|"
    r"wrong)|or am i (?:wrong|mistaken)|does (?:that|this|it) (?:hold|hold true|stand)|no|eh|huh)$"
    r"| (?:or not|is that (?:right|correct|true|so)|am i (?:right|correct))$"
)
