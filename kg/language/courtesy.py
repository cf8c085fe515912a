"""What stands around a question and asks nothing: greetings, politeness, who asks and why, tags such as "isn't it"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kg.language.words import AUXILIARY, WH, Token

_SIGNS = frozenset({",", ":", ";", "-", "–", ".", "!", "?", "…", "(", ")"})
_STATED = 3  # words that state something, at least
_QUOTES = frozenset({'"', "“", "”", "„", "«", "»"})
_POSSIBLE = re.compile(r"\b(?:possible|conceivable|plausible|likely|probable|chance|possibility|be that$)")

_SOFT = (
    r"(?:(?:please|kindly|perhaps|maybe|possibly|just|also|again|quickly|briefly|really|actually|then|so|now|still|"
    r"simply|"
    r"exactly|very|quite|rather|indeed|first|truly|urgently|not) )*"
)
_SOFTLY = r"(?: (?:please|kindly|perhaps|maybe|possibly|just|also|again|quickly|briefly|really|actually|then|so|now))*"
_HELPING = rf"(?:(?:would|should|do|will|am|are|was|were|have been|have|be) {_SOFT})*"
_LEARN = (
    r"(?:know|learn|hear|find out|understand|ask you|ask|see|check|confirm|verify|read|be told|figure out|work out|"
    r"establish|clarify|be sure|make sure|be reminded|discover|inquire|enquire|remember|recall)"
)
_LEARNING = r"(?:knowing|learning|hearing|finding out|understanding|asking|seeing|checking|reading)"
_REQUEST = (
    r"(?:tell|remind|inform|explain|say|clarify|confirm|list|name|give|show|find|identify|check|let|help|quote|cite|"
    r"enumerate|specify|state|provide|summarise|summarize)"
)
_YOU = r"(?:you|someone|somebody|anyone|anybody)"
_WH = r"(?:who|whom|whose|which|what|when|where|why|how)"
_ROLE = r"(?!not |curious|keen|sure|unsure|certain|aware|interested|\w+ing |\w+ed )\w+(?: \w+)?"

# Each is matched again and again at the start, where more follows.
_ASIDES = (
    r"(?:hi|hello|hey|hiya|yo|greetings|good (?:morning|day|evening|afternoon)|dear)"
    r"(?: (?:there|all|everyone|team|sir|madam|colleagues|friends|folks|guys))*",
    r"(?:guys|folks|everyone|everybody|team|colleagues|friends|sir|madam|right|look|listen|first|firstly|finally|"
    r"next|no) ,",
    r"(?:excuse me|pardon me|pardon|sorry to (?:bother|trouble|ask)(?: you)?|sorry|ok|okay|well|please|kindly|"
    r"many thanks|"
    r"thanks|thank you|yes|yeah|lol|oh|ah|hmm|um|and|but|also|then|so(?! far)|now|anyway|actually|basically|honestly|"
    r"seriously|again|once more|once again|by the way|in fact|in short|in brief|in a nutshell|briefly|quickly|in other "
    r"words|for short|in your view|of course|for the record)",
    r"(?:just |purely |only )*(?:out of (?:curiosity|interest)|to be (?:clear|sure|precise|honest|exact))",
    r"just (?:curious|wondering|checking|asking|to (?:check|confirm|clarify))(?: (?:about|on))?",
    r"for (?:my|our) \w+(?: paper| essay| work| class)?",
    r"(?:(?:a|one|my|the|our|another|next|quick|short|simple|last|more) )*question(?: is| for you)?(?! of| about| on)",
    r"(?:we |i )?(?:need|want)(?: (?:to know|help|quick|quickly|urgent|urgently|info|asap|an answer))+(?: (?:on|"
    r"about|with))?",
    rf"(?:i am|we are) (?:a |an |the )?{_ROLE}(?: (?:from|at|in|of|with|for) (?:the |a |an )?\w+(?: \w+)?)? "
    r"(?:,|:|\.|;|and(?= (?:i|we|would|need|want) ))",
    r"(?:i am|as) (?:a |an )?(?:student|journalist|diplomat)",
    r"as an? \w+(?: \w+)?(?: ,(?= (?:may|can|could|please|my|let) )|(?: ,)?(?= (?:i|we) ))",
    r"according to (?:the|your) (?:graph|data|database|records)",
)
# After these, "if", "whether" and "that" open what is asked about.
_ASKING = (
    rf"(?:i|we) {_SOFT}{_HELPING}(?:like|love|want|wish|need|try|trying|hope|hoping|seek|seeking|looking|curious|"
    rf"keen|eager|"
    rf"interested|grateful|glad|happy) {_SOFT}to {_LEARN}(?: (?:from you|again|exactly|more|about(?= {_WH} )))*",
    rf"(?:i|we) {_SOFT}{_HELPING}(?:wonder|wondered|wondering|curious|asking|ask|unsure|sure|certain|unclear|confused|"
    rf"interested)(?: (?:about|in|as to|on))?(?: {_LEARNING})?(?: (?:about|of)(?= {_WH} ))?",
    rf"(?:i|we) {_SOFT}{_HELPING}(?:looking for|searching for|after|interested in|curious about|in need of|seeking)",
    r"(?:i|we) (?:do|can|could) not (?:know|understand|remember|recall|see|get|find)(?: exactly)?",
    r"i have (?:a|one|another) (?:\w+ )?question(?: for you)?",
    rf"(?:i|we) {_SOFT}(?:need|want)(?! to)",
    rf"what (?:i|we) {_SOFT}{_HELPING}(?:want|need|wish|like) to {_LEARN} is",
    rf"it (?:would|will) be (?:good|nice|great|helpful|useful|interesting) to {_LEARN}",
    r"(?:someone|somebody|they|people|a friend|a colleague|my \w+) (?:told|tells|tell) (?:me|us)",
    r"you (?:can|could|will|would) (?:surely |certainly )?(?:confirm|say|tell me|agree)",
    r"(?:is there )?any truth (?:in|to)(?: the (?:claim|idea|view|notion|rumour|assertion|report))?(?= that )",
    r"(?:i|we) (?:have |had )?(?:heard|read|think|thought|believe|understand|assume|gather|suppose|guess|suspect|"
    r"take it)"
    rf"(?: somewhere| recently)?(?! (?:{_WH}|of|about) )",
    rf"(?:can|could|would|will|might) {_YOU}{_SOFTLY}(?: be so kind(?: as)? to)?{_SOFTLY}(?= {_REQUEST} )",
    rf"(?:can|could|may|might) (?:i|we|one) {_SOFT}(?:{_LEARN}|trouble you|bother you)",
    r"(?:do|would|did) (?:you|we) (?:happen to |perhaps |maybe |by any chance |also )?know",
    rf"(?:does|do|can|would) {_YOU}(?: here| else)? know",
    r"(?:is it|it is)(?: already| yet)? known",
    r"(?:do you have |have you |have you got |got )?any (?:idea|ideas|clue|thoughts)(?: (?:on|about|as to|of))?",
    r"(?:to )?(?:tell|remind|inform|say|let|help|teach|explain|clarify|brief)(?: to)? (?:me|us)"
    rf"(?: (?:please|again|briefly|exactly|quickly|just))*(?: (?:know|understand|see|find out))?(?: about(?= {_WH} ))?",
    rf"(?:explain|clarify|specify|elaborate|say|tell|check|confirm|verify|determine|find out|tell please|please)"
    rf"(?= (?:{_WH}|whether|if|that|in {_WH}|by {_WH}|to {_WH}|on {_WH}|for {_WH}) )",
)
_THAT = (
    rf"(?:is|was|would|could|can|may|might|does)(?: not)? it {_SOFT}(?:in fact |at all )?(?:be )?{_SOFT}(?:hold|true|"
    rf"the case|"
    r"correct|right|accurate|a fact|fair|clear|established|likely|probable|possible|conceivable|plausible|said|safe)?"
    r"(?: ?(?:to|be) (?:say|claim|think|assume|conclude|believe|state|said))? ?that",
    rf"(?:can|could|would|may|should|do|does|must) (?:one|we|you|i|somebody|anybody) {_SOFT}(?:safely |fairly )?"
    rf"(?:say|claim|conclude|think|believe|assume|argue|state|hold|agree) {_SOFT}that",
    r"(?:am i|are we) (?:right|correct|wrong)(?: (?:in|to) (?:thinking|assuming|believing|saying|understanding|think|"
    r"assume|"
    r"believe|say))? that",
    r"(?:is|was) there (?:a |any )?(?:chance|possibility) that",
)
_CLOSINGS = (
    r"(?:please|kindly|many thanks|thanks(?: a lot| so much| in advance| very much)?|thank you(?: very much| so much|"
    r" in "
    r"advance)?|cheers|asap|sir|madam|regards|urgent|urgently)",
    r"need (?:a |the |an )?(?:quick |short |full )?(?:list|answer|help)",
    r"if (?:you|anyone|we|one) (?:know|can|could|may|please|would|do not mind)|if (?:it is )?(?:possible|known)|"
    r"if i may(?: ask)?",
    r", (?:do|would) you know|can you (?:say|tell(?: me)?)|(?:could|can|would|will) you",
    r"(?:as|so) far as (?:you|we|anyone|one) (?:know|knows|can tell|can say|are aware|can see)|to (?:your|"
    r"our) knowledge",
    r"in your (?:data|graph|database|records)|i (?:wonder|ask|mean|think|guess|believe|suppose|was wondering)|you know",
    r"or (?:what|something)|and so on|etc|etcetera|so to speak|as it were|in (?:short|brief|a nutshell|a few words)|"
    r"for short",
    r"(?:names|list) only|(?:only|just) (?:the )?(?:names|list)|i (?:do )?not (?:understand|know|get it|see)",
    r"(?:full|complete|whole) list|in full|all of (?:them|it|those|these)|every one of them|for (?:me|us)",
)
_TAG = re.compile(
    r"(?: ,| -| –|\)|\.|\?) (?:(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|must|should) "
    r"(?:not )?(?:it|he|she|they|there|that|we|you|one)(?: not)?|right|correct|true|yes|agreed|or not|or no|"
    r"is that (?:right|correct|true|so)|am i (?:right|correct|wrong)|or am i wrong|no|eh|huh)$"
    r"| (?:or not|is that (?:right|correct|true|so)|am i (?:right|correct))$"
)


def _any(patterns: Sequence[str], after: str) -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(patterns)}){after}")


_ASIDE = _any(_ASIDES, r"(?= )")
_ASKS = _any(_ASKING, r"(?P<whether> (?:if|whether or not|whether|that)(?= ))?(?= )")
_TRUTH = _any(_THAT, r"(?= )")
_CLOSING = re.compile(rf"(?:^|.* )(?P<last>{'|'.join(_CLOSINGS)})$")


@dataclass(frozen=True)
class Bare:
    """A question without what stands around it; `truth`: it asks if something is so, `possible`: if it may be so."""

    tokens: tuple[Token, ...]
    truth: bool = False
    possible: bool = False


def bare(tokens: Sequence[Token]) -> Bare:
    words = [token.word for token in tokens]
    start, truth, possible = _opened(words)
    end, tagged = _closed(words, start)
    states = not (set(words[start:end]) & WH or words[start] in AUXILIARY)
    if states and end - start > _STATED and words[end - 1] in ("right", "correct"):
        end, tagged = end - 1, True  # "China coordinates with Russia right?"
    statement = tagged and states
    asked = tuple(token for token in tokens[start:end] if token.word not in _QUOTES)
    if len(asked) > 2 and asked[0].word in AUXILIARY and asked[1].word == "not" and asked[1].text.casefold() != "not":
        asked = (asked[0], *asked[2:])  # "isn't X …" asks if X is
    return Bare(asked, truth or statement, possible)


def _opened(words: Sequence[str]) -> tuple[int, bool, bool]:
    """How many words open the question, whether they ask if something is so, and whether if it is possible."""
    start, truth, possible = 0, False, False
    while True:
        text = " ".join(words[start:])
        found = [match for each in (_TRUTH, _ASKS, _ASIDE) if (match := each.match(text))]
        if not found:
            break
        match = max(found, key=lambda each: len(each.group()))
        truth = truth or match.re is _TRUTH or bool(match.groupdict().get("whether"))
        possible = possible or (match.re is _TRUTH and bool(_POSSIBLE.search(match.group())))
        start += len(match.group().split())
        while start < len(words) - 1 and words[start] in _SIGNS:
            start += 1
    return start, truth, possible


def _closed(words: Sequence[str], start: int) -> tuple[int, bool]:
    """Where the question ends before politeness and tags, and whether a tag asks if it is so."""
    end, tagged = len(words), False
    while True:
        while end > start + 1 and words[end - 1] in _SIGNS - {")"}:
            end -= 1
        text = " ".join(words[start:end])
        tag, closing = _TAG.search(text), _CLOSING.match(text)
        if tag and tag.start():
            end -= len(tag.group().split())
            tagged = True
        elif closing and closing.start("last"):
            end -= len(closing.group("last").split())
        else:
            return end, tagged
