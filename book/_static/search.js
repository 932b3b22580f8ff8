/* Search by section: MiniSearch over the texts of search_sections.js, with stemmer and synonyms. */
(() => {
  "use strict";
  const WORD = /[\p{L}\p{N}_]+/gu;
  const SUBJECT = /\b(batch[\s_-]?norm(ali[sz](ation|e)|ed)?([123]d)?|bn)s?\b( layers?\b)?/gi; // every section is about it
  const SHOWN = 20;
  // Pages for teachers and lists, which are seldom what is asked for; and the one that begins with what people see.
  const WEIGHTS = [[/^book\/(teach|how_to)/, 0.5], [/^book\/(ledger|index|methods)/, 0.6], [/^book\/glossary/, 0.8], [/^book\/symptoms/, 1.3]];
  const stemmer = new Stemmer();
  const ignored = new Set([...stopwords, "how", "what", "why", "when", "which", "does", "do", "i", "my", "can", "should", "you", "get", "use", "using", "question", "questions", "about", "problem", "issue", "please", "am"]);
  const stem = (word) => stemmer.stemWord(word);
  const words = (text) => text.toLowerCase().match(WORD) || [];
  const phrase = (text) => words(text).map(stem).join(" ");
  const concepts = new Map(); // stemmed phrase: the marks of its groups
  SEARCH.synonyms.forEach((group, number) => group.forEach((text) => {
    concepts.set(phrase(text), [...(concepts.get(phrase(text)) || []), `~${number}`]);
  }));
  const longest = Math.max(...[...concepts.keys()].map((key) => key.split(" ").length));

  /* The stems of a text, the parts of its names, and a mark for each group of synonyms. */
  const tokens = (text) => {
    const stems = words(text).map(stem);
    const found = words(text).filter((word) => !ignored.has(word)).map(stem);
    for (const word of words(text)) {
      if (word.includes("_")) found.push(...word.split("_").filter(Boolean).map(stem));
    }
    stems.forEach((_, start) => {
      for (let length = 1; length <= longest; length++) {
        found.push(...(concepts.get(stems.slice(start, start + length).join(" ")) || []));
      }
    });
    return found;
  };

  const index = new MiniSearch({
    idField: "at", fields: ["title", "index", "page", "text"], storeFields: ["title", "page", "text"],
    tokenize: tokens, processTerm: (term) => term,
    searchOptions: {
      boost: { title: 4, index: 3, page: 1.5 }, prefix: (term) => term.length > 3 && !term.startsWith("~"),
      boostTerm: (term) => (term.startsWith("~") ? 0.9 : 1), bm25: { k: 1.2, b: 0.5, d: 0.5 },
      boostDocument: (at) => (WEIGHTS.find(([pages]) => pages.test(at)) || [0, 1])[1],
    },
  });
  index.addAll(SEARCH.sections);

  /* Sections for a query, best first. */
  const search = (query) => {
    const narrowed = query.replace(SUBJECT, " ");
    return index.search(words(narrowed).length ? narrowed : query).slice(0, SHOWN);
  };
  globalThis.searchSections = search;
  if (typeof document === "undefined") return;

  /* The part of a text with the most words of the query, and these words marked. */
  const excerpt = (text, query) => {
    const wanted = new Set(tokens(query).filter((term) => !term.startsWith("~")));
    const parts = text.split(/(\s+)/);
    const hits = parts.map((part) => words(part).some((word) => wanted.has(stem(word))));
    let [best, start] = [-1, 0];
    for (let at = 0; at < parts.length; at += 20) {
      const count = hits.slice(at, at + 60).filter(Boolean).length;
      if (count > best) [best, start] = [count, at];
    }
    const line = document.createElement("p");
    line.append(start ? "… " : "");
    parts.slice(start, start + 60).forEach((part, k) => {
      if (!hits[start + k]) return line.append(part);
      const mark = document.createElement("mark");
      mark.textContent = part;
      line.append(mark);
    });
    line.append(start + 60 < parts.length ? " …" : "");
    return line;
  };

  const show = () => {
    const query = new URLSearchParams(location.search).get("q") || "";
    const box = document.getElementById("search-results");
    for (const input of document.querySelectorAll("form.bd-search input")) input.value = query;
    if (!query.trim()) return;
    const found = search(query);
    const told = document.createElement("p");
    told.setAttribute("role", "status");
    told.textContent = found.length ? `Sections that fit “${query}”, the best first:` : `No section has the words of “${query}”.`;
    const list = document.createElement("ol");
    list.className = "search-sections";
    for (const { id, title, page, text } of found) {
      const link = document.createElement("a");
      link.href = (DOCUMENTATION_OPTIONS.URL_ROOT || "") + id.replace("#", "?open#");
      link.textContent = title;
      const above = document.createElement("span");
      above.textContent = title === page ? "" : page;
      const item = document.createElement("li");
      item.append(link, above, excerpt(text, query));
      list.append(item);
    }
    box.replaceChildren(told, list);
  };
  show();
})();
