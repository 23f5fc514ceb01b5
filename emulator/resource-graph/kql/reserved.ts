// By trying every keyword of Kusto's own engine, 12.4.1, as a member's name.
const RESERVED = new Set(
  [
    'accumulate and as asc between by callout cancel card contains contains_cs cycles datatable desc earliest endswith',
    'endswith_cs find first flags has has_all has_any has_cs hasprefix hassuffix in invoke isfuzzy journal last latest',
    'like materialize mdm missing of or others print project queries query_results relaxed sample search set shards',
    'simple sql startswith startswith_cs statistics timeline title to toscalar totable treemap union verbose viewers',
    'views where boolean char byte int uint long ulong float real decimal double string time timespan date datetime',
    'uniqueid dynamic',
  ].flatMap((line) => line.split(' ')),
);

/** Must a member of this name be written `['name']`, since it would be read as a keyword? */
export function isReserved(name: string): boolean {
  return RESERVED.has(name);
}
