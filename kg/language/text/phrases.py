"""More set phrases around a question: how, for whom and for what it is asked, and of which graph or text.

Patterns as in `frames`: those of LEADING and ENQUIRING are matched at the start, those of TRAILING at the end.
"""

from __future__ import annotations

from kg.language.text.words import AUXILIARY, WH

_WH = f"(?:{'|'.join(sorted(WH - {'whether'}))})"
_HELPING = r"(?:(?:would|should|do|will|am|are|was|were|have been|have|be|still|just|really|very|much|also) )*"
_LEARN = r"(?:know|learn|hear|find out|understand|ask|see|check|be told)"
_PEOPLE = (
    r"(?:(?:a|an|the|my|our|your|some|many|several|another|one|every|most|one of (?:my|our|the|your))"
    r"(?: (?!that |who |which |not )[\w'-]+){1,3}?|readers|listeners|viewers|students|users|colleagues|people|"
    r"somebody|someone|everybody|everyone)(?: (?:of|from|in|at|with) (?:the |a |my |our )?\w+)?"
)
_HERE = (
    r"(?:(?:knowledge )?graph|(?:knowledge |data )?base|database|data ?set|data|records|files|system|catalogue|"
    r"catalog)"
)
_TEXT = r"(?:text|article|document|source|sources|material|passage|piece|story|report|page)"
_USE = (
    r"(?:footnote|briefing|brief|note|notes|memo|essay|paper|report|article|thesis|dissertation|talk|lecture|class|"
    r"lesson|seminar|course|exam|test|quiz|homework|assignment|project|presentation|speech|dossier|file|files|blog|"
    r"podcast|programme|program|show|broadcast|interview|piece|story|column|summary|handout|debate|newsletter|cable|"
    r"telegram|bulletin|slide|slides|book|chapter|translation|record|records|understanding|benefit of \w+)"
)
_FRANK = (
    r"(?:frankly|honestly|bluntly|strictly|broadly|generally|roughly|legally|technically|formally|practically|plainly|"
    r"simply|candidly|truthfully|incidentally|interestingly|curiously|oddly|strangely|surprisingly|rightly|wrongly|"
    r"admittedly|naturally|understandably|importantly|crucially|lastly|secondly|thirdly|fourthly|additionally|"
    r"diplomatically|politically|precisely|briefly|shortly|succinctly|concisely|objectively|properly|loosely|"
    r"relatively|historically|factually|concretely|specifically|fundamentally|ultimately|realistically|logically)"
)

_ASKS = rf"(?:{_WH}|(?:in|by|on|from|under|to|for|of|with) (?:what|which|whom|whose)|{'|'.join(sorted(AUXILIARY))})"

LEADING = (
    rf"(?:(?:what|how) about|as for|as to|as regards|speaking of|talking of|when it comes to|on the subject of)"
    rf"(?= (?:[^ ,:;–-]+ ){{1,8}}[,:;–-] {_ASKS} )",
    r"(?:hi|hello|hey|dear|greetings|good (?:morning|day|evening|afternoon))(?: (?!is |are |"
    r"does )\w+){1,4}?(?= [,!.:])",
    r"(?:computer|machine|robot|bot|chatbot|assistant|system|graph|ai)(?= [,!:])",
    r"(?:(?:q|question|query|item|no|number|point) )?\d{1,2}(?= [.):-])|q(?= \d? ?[.):-])|[a-h](?= \))",
    rf"(?:quite |rather |very |to put it )?{_FRANK}(?: (?:speaking|put|said|now|enough))?(?= ,)",
    r"to put it (?:\w+ )?\w+(?= [,:])|(?:put|said|speaking) (?:\w+ )?(?:simply|plainly|bluntly|briefly|"
    r"generally)(?= ,)",
    r"in (?:(?:a|the|all|my|your|our|very|more|plain|simple|short|concrete|practical|real|general|broad|legal|"
    r"layman 's|"
    r"final|last|end|strict|other|few) )*(?:honesty|fairness|seriousness|sum|summary|conclusion|essence|truth|english|"
    r"words|terms|analysis|resort|result|sense|nutshell|word|fact|effect|opinion|view|mind|book|doubt)(?= [,:])",
    r"on (?:reflection|second thoughts?|the whole|balance|closer inspection|a related note|another note|"
    r"that note)(?= ,)",
    r"(?:when|after) all is said and done|at the end of the day|to (?:begin|start) with|to sum up|"
    r"to cut a long story short|"
    r"to be (?:perfectly |quite |completely )?(?:clear|sure|precise|honest|exact|frank|fair|blunt)",
    r"(?:this|that|it) (?:may|might|will|would|could|must|is|was|sounds|probably|perhaps|surely|seems)(?: \w+){0,4}? "
    r"(?:silly|stupid|basic|dumb|naive|obvious|simple|trivial|odd|strange|weird|elementary|repetitive|banal|late|"
    r"off-topic|long|ignorant|pedantic|question)(?: \w+){0,3}?(?: ,)? but",
    r"(?:perhaps|maybe|probably|possibly|just|only|not)? ?(?:(?:a|an|my|one|the|rather|very|really|bit|of) )*"
    r"(?:silly|stupid|basic|dumb|naive|obvious|simple|trivial|odd|strange|weird|elementary|quick|short|small|tricky|"
    r"difficult|hard|good|last|final|further|other) (?:question|query|one|point)(?: (?:maybe|perhaps|though|i know))?"
    r"(?:(?: ,)? but(?= )|(?= [,:.-]))",
    r"(?:i (?:am )?)?(?:not sure|unsure|hope|hoping|trust|guess) (?:if |whether |that )?(?:this|it|i|you)"
    r"(?: (?!but )\w+){1,8}?(?:(?: ,)? but(?= )|(?= :))",
    r"if (?:it is |at all |that is |this is )?(?:possible|known|available|convenient|allowed|so)(?= ,)|"
    r"if (?:i|we) (?:may|might|can|could)(?: (?:ask|add|be so bold))?(?= ,)|"
    r"if (?:you|anyone|anybody|someone) (?:know|knows|can|could|would|please|will|do not mind|would not mind|have time)"
    r"(?: please)?(?= ,)",
    rf"(?:as|so|in so|insofar as) far as (?:(?:the|this|your|our) (?:{_HERE}|{_TEXT})|you|we|one|anyone|anybody|i|"
    rf"it|that)"
    r"(?: is| are| can| could)? (?:goes|go|knows|know|known|shows|tells(?: us)?|says|said|reaches|concerned|tell|"
    r"see|say|"
    r"reports|aware|states)|as far as (?:is|can be) (?:known|seen|told)",
    rf"(?:from|by|with|in|within|on|given|considering|per|according to|going by|based on|judging by|using|across|"
    rf"of all|"
    rf"of everything) (?:(?:what is|everything|all|anything|that is) )?(?:in |inside |from )?(?:the|this|your|"
    rf"our) {_HERE}"
    r"(?: (?:at hand|available|that (?:you|we) have|(?:you|we) have|here|alone|contains|holds|has|says))*",
    r"(?:from|by|with|in|given|going by|based on|according to) what (?:you|we) (?:know|have|hold|store|read|see)"
    r"(?: (?:on file|here|there|on record|in store|so far))?(?= ,)",
    r"(?:and |but |just )?(?:one|another|a|the) (?:(?:last|more|other|final|quick|small|further|next|little|first) )*"
    r"(?:thing|point|matter|one|issue)(?: (?:is|more))?(?= [,:.-])",
    r"here (?:'s|is|goes|comes)(?: (?:the|my|a|one|another|what))?(?: \w+){0,4}?(?= [:.-])",
    r"(?:and |now )?for (?:(?:the|a|an|my|our|your|this|next|all|better|greater|full|tonight 's|tomorrow 's|"
    r"today 's) )*"
    r"(?:sake of (?:\w+ )?\w+|avoidance of doubt|clarity|completeness|context|reference|information|good measure|"
    rf"(?:\w+ ){{0,2}}{_USE})(?: (?:on|about|of|for|in|to|tomorrow|today|tonight|next)(?: \w+){{1,4}}?)?(?= [,:])",
    r"(?:(?:all|everything|anything|leaving|setting|putting|else|other|things|matters|politics|opinions?|jokes?|"
    r"joking|that|"
    r"this|formalities|details|rhetoric|emotions?|polemics|of) )+aside(?= ,)",
    r"(?:what|whatever|however) (?:one|you|we|anyone|people|some) (?:thinks?|says?|feels?|makes?|may think|may say)"
    r"(?: (?:of|about) (?:it|this|that))?(?= ,)",
    r"(?:like it or not|rightly or wrongly|rightly or not|right or wrong|be that as it may|(?:having|that|"
    r"this)(?: being)? said"
    r"(?: that)?|having said (?:that|this)|come to think of it|come on|mind you|in any case|in any event|"
    r"at any rate|all the"
    r" same|even so|still|speaking of which|needless to say|no offence|i mean|you know|you see|let us see|do tell|"
    r"pray tell|say|tell me|remind me)(?= [,:])",
)
ENQUIRING = (
    r"(?:i|we) (?:would|will|should) be (?:very |most |much )?(?:grateful|thankful|obliged|happy|glad) if "
    r"(?:you|someone|somebody) (?:told|showed|explained to|informed|reminded) (?:me|us)",
    rf"{_PEOPLE} (?:(?:is |are |was |were |keeps? |kept |just |also |recently |often |once |has |have )*"
    rf"(?:asks?|asked|asking|wonders?|wondered|wondering)|{_HELPING}(?:want|wants|wanted|like|likes|need|"
    rf"needs) to {_LEARN})"
    rf"(?: (?:me|us))?(?= (?:{_WH}|whether|if|about|:|in {_WH}|by {_WH}|to {_WH}|on {_WH}))",
    rf"(?:i|we) {_HELPING}(?:at a loss|in the dark|not clear|none the wiser|in doubt)(?: (?:as to|about|on|over))?",
    rf"(?:please )?(?:advise|clarify|specify|explain|state|say|tell|confirm|answer)(?: (?:me|us|for me|for us|"
    rf"once and for all|"
    rf"clearly|plainly|briefly|exactly|precisely|again|please|in detail|simply|in a few words))*"
    rf"(?= (?:{_WH}|whether|if|in {_WH}|by {_WH}|to {_WH}|on {_WH}|for {_WH}) )",
    rf"(?:do|does|would|did|can) (?:you|we|anybody|anyone|somebody|someone) (?:know|say|"
    rf"tell)(?: (?:by (?:any )?chance|perhaps|"
    rf"maybe|off-hand|offhand|already|for certain|for sure|exactly|at all))+(?= (?:{_WH}|whether|if|that) )",
    rf"is it (?:clear|known|established|settled|stated|said|recorded|documented|certain|obvious)(?: (?:anywhere|"
    rf"somewhere|"
    rf"already|yet|at all|from the (?:{_TEXT}|{_HERE})))*(?= (?:{_WH}|in {_WH}|by {_WH}|to {_WH}|on {_WH}|for {_WH}) )",
    rf"(?:is|are) there (?:any |some |an |a )*(?:information|info|data|indication|indications|evidence|word|news|"
    rf"hint|clue|"
    rf"detail|details|record)(?: (?:on|about|as to|of|regarding))*(?= (?:{_WH}|in {_WH}|by {_WH}|to {_WH}|on {_WH}) )",
)
TRAILING = (
    r"[?.!] (?:please )?(?:answer|reply|respond|be|keep it)(?: \w+){0,3}",
    r"[?.!] (?:just |only )?(?:a|the|one) (?:short |full |simple )?(?:list|name|number|word|answer|date|year) "
    r"(?:is|will|would|does|suffices)(?: \w+){0,2}",
    r"(?:many thanks|(?<!many )thanks) for (?:your |the |any )*(?:help|time|answer|patience|reply|attention)",
    rf"for (?:a|an|the|my|our|this|some|next week 's|tomorrow 's|tonight 's|today 's)(?: \w+){{0,2}} {_USE}|"
    r"for (?:my|our)(?: own)?(?: \w+){1,2}",
    rf"(?:in|from|within|across|inside|according to|by|per|on) (?:this|that|your|our|the) (?:own |whole |"
    rf"entire )?{_HERE}|"
    r"(?:in|from|by|of) (?:what|everything|all)(?: that)? (?:you|we) (?:have|know|hold)(?: (?:here|on file))?|"
    r"in (?:the|your) (?:material|texts|sources|documents)(?: (?:that )?(?:you|we) have)?(?: here)?",
    r"(?:when|after) all is said and done|in your (?:view|opinion|reading|judgement|understanding)|pray tell|"
    r"at the end of the day|"
    r"to (?:begin|start) with|to be (?:exact|precise|clear|sure|honest|frank)|(?:more )?(?:exactly|precisely|"
    r"briefly|concretely)|"
    r"in (?:a|one) word|in (?:plain|simple) (?:english|words|terms)|as far as (?:is|can be) (?:known|seen|told)",
    r"(?:and )?(?:please )?(?:(?:give|show|quote|cite|with|name|add|include|state)(?: me| us)? )"
    r"(?:(?:the|your|its|their|a|exact) )*(?:sources?|quotes?|quotations?|evidence|references?|proof|passages?|"
    r"citations?)(?: please)?"
    r"(?<! for the evidence)",
    r"[,;:.–-] and where (?:does it|is it|do they) (?:say|said|says|written|stated)(?: so| that| this)?",
)
