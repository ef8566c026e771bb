/** Adds up images by the classes that they count for. */
export interface ImageTally {
  /** Takes in an image that has classes of these numbers; one may be named twice. */
  add(classes: readonly number[]): void
  /** Images of each class that has any. */
  counts(): Map<string, number>
}

/**
 * An image counts once for each class, however many of its own classes lead there.
 * For loops over millions of images: classes are numbers, and which image a class was counted for last is all that is
 * remembered of the images.
 * @param classIds the classes that images have, by their numbers
 * @param leadsTo the classes that an image of a class counts for
 */
export function imageTally(classIds: readonly string[], leadsTo: (classId: string) => readonly string[]): ImageTally {
  const counted = [...new Set(classIds.flatMap(leadsTo))]
  const numbers = new Map(counted.map((classId, number) => [classId, number]))
  const targets = classIds.map((classId) => leadsTo(classId).map((target) => numbers.get(target) ?? 0))
  const counts = new Float64Array(counted.length)
  const lastImage = new Float64Array(counted.length)
  let image = 0
  return {
    add: (classes) => {
      image += 1
      for (const own of classes) {
        for (const target of targets[own] ?? []) {
          if (lastImage[target] === image) continue
          lastImage[target] = image
          counts[target] = (counts[target] ?? 0) + 1
        }
      }
    },
    counts: () => new Map(counted.map((classId, number) => [classId, counts[number] ?? 0])),
  }
}
