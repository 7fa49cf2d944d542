/* Let the search find an error message that is pasted whole.

   Sphinx finds the pages that have every word of a query. A message contains words that no page has: the user's paths
   and modules. So the messages of docs/troubleshooting.md that resemble the query come first, whatever else is found. */

const PAGE = "docs/troubleshooting";

function wordsOf(text) {
  return new Set(splitQuery(text.toLowerCase()));
}

/* Return the headings of the page, each with its anchor and words. */
function headings(page) {
  const found = [];
  for (const [title, places] of Object.entries(Search._index.alltitles)) {
    const place = places.find(([file, id]) => file === page && id !== null);
    if (place) found.push({ title, anchor: `#${place[1]}`, words: wordsOf(title) });
  }
  return found;
}

/* Return the messages that have most of the query's words or the other way round, the most similar one last. */
function similarMessages(query) {
  const index = Search._index;
  const page = index.docnames.indexOf(PAGE);
  const known = headings(page);
  // A word counts more if fewer messages have it. One that none has is the user's.
  const weight = (word) => {
    const having = known.filter(({ words }) => words.has(word)).length;
    return having ? Math.log(1 + known.length / having) : 0;
  };
  const sum = (words) => words.reduce((total, word) => total + weight(word), 0);
  const asked = [...wordsOf(query)];
  const found = [];
  for (const { title, anchor, words } of known) {
    const shared = asked.filter((word) => words.has(word));
    const part = sum(shared) / Math.min(sum(asked), sum([...words]));
    if (shared.length > 1 && part > 0.6) {
      const shown = `${index.titles[page]} > ${title}`;
      found.push([PAGE, shown, anchor, null, part * sum(shared), index.filenames[page], SearchResultKind.title]);
    }
  }
  return found.sort((one, other) => one[4] - other[4]).slice(-3);
}

document.addEventListener("DOMContentLoaded", () => {
  if (typeof Search === "undefined") return;
  // Otherwise the t of "can't" would be marked in every word of the results.
  const split = splitQuery;
  splitQuery = (query) => split(query).filter((word, _position, words) => word.length > 1 || words.length === 1);
  const all = Search._performSearch;
  Search._performSearch = (query, ...terms) => {
    const messages = similarMessages(query);
    const links = new Set(messages.map(([, , anchor]) => anchor));
    const others = all(query, ...terms).filter(([page, , anchor]) => page !== PAGE || !links.has(anchor));
    return [...others, ...messages]; // the page shows the last one first
  };
});
