"""Searching in the sample threads, for the pages."""

from appliance.searching.marking import marked
from appliance.views.people import Reader
from appliance.views.search import FoundPerson, FoundText, IndexShown, Searched
from appliance.views.thread import MessageShown, Thread
from storage.search.query import found_in, read_query

AT_ONCE = 1


class FakeSearch:
    """Finds what the threads of the fake desk hold; `index` says how far the index is."""

    threads: dict[str, Thread]
    index: IndexShown = IndexShown(ready=True, count=19, total=19)

    def search(self, reader: Reader, words: str, before: int | None) -> Searched:
        query = read_query(words)
        if not query.terms:
            return Searched(words, self.index)
        found = [
            FoundText(
                item.message_id if isinstance(item, MessageShown) else item.reply_id,
                thread.person_id,
                thread.who,
                item.at,
                not isinstance(item, MessageShown),
                *marked(item.body, query),
            )
            for thread in self.threads.values()
            for item in thread.items
            if all(found_in(item.body, read_query(" ".join(term.words))) for term in query.terms)
        ]
        found = sorted((one for one in found if before is None or one.at < before), key=lambda one: -one.at)
        people = [
            FoundPerson(thread.person_id, thread.who, thread.items[-1].at)
            for thread in self.threads.values()
            if words == thread.number
        ]
        older = found[AT_ONCE - 1].at if len(found) > AT_ONCE else None
        return Searched(words, self.index, asked=True, texts=tuple(found[:AT_ONCE]), people=tuple(people), older=older)
