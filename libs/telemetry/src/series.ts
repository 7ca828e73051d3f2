/** So many values of labels are told apart; what comes later is counted together as `other`. */
const mostSeries = 5000

interface Branch<Kept> {
  next: Map<string, Branch<Kept>>
  kept: Kept | undefined
}

/**
 * What is kept for each set of values of labels, and has no more of them than are told apart. Finding one hashes nothing and
 * makes nothing: it is done several times for each request.
 */
export class Series<Kept> {
  private readonly create: () => Kept
  private readonly root: Branch<Kept> = { next: new Map(), kept: undefined }
  private readonly all: (readonly [labels: readonly string[], kept: Kept])[] = []

  constructor(create: () => Kept) {
    this.create = create
  }

  find(labels: readonly string[]): Kept {
    let branch: Branch<Kept> | undefined = this.root
    for (const label of labels) branch = branch?.next.get(label)
    return branch?.kept ?? this.begin(labels)
  }

  list(): readonly (readonly [labels: readonly string[], kept: Kept])[] {
    return this.all
  }

  private begin(labels: readonly string[]): Kept {
    const isOther = labels.every((label) => label === 'other')
    if (this.all.length >= mostSeries && !isOther) return this.find(labels.map(() => 'other'))
    const kept = this.create()
    let branch = this.root
    for (const label of labels) {
      let next = branch.next.get(label)
      if (!next) branch.next.set(label, (next = { next: new Map(), kept: undefined }))
      branch = next
    }
    branch.kept = kept
    this.all.push([labels, kept])
    return kept
  }
}
