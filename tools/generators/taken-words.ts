/** A table or column of such a name would have to stand in quotes wherever it is written. */
export const wordsOfSql = split(`
  all and any array as asc between case cast check collate column constraint create cross default desc distinct do else end
  except false for foreign from full grant group having in inner intersect into is join lateral leading left like limit natural
  not null offset on only or order outer primary references returning right select some symmetric table then to trailing true
  union unique user using variadic when where window with`)

/** A variable cannot be called so, or is called so beside the fields of an entity. */
export const wordsOfCode = split(`
  arguments await break catch class const continue debugger delete enum eval export extends finally function if implements
  import instanceof interface let new package private protected public return static super switch this throw try typeof var
  void while yield checkText given violations`)

function split(words: string): Set<string> {
  return new Set(words.trim().split(/\s+/))
}
