/** Counts images by class. */
export interface ImageTally {
  /** Adds an image with these class numbers, which may repeat. */
  add(classes: readonly number[]): void
  /** Returns the number of images of each class that has any. */
  counts(): Map<string, number>
}

/**
 * Creates a tally in which an image counts once for each class, however many of its own classes lead there. It is for
 * loops over millions of images: classes are numbers, and each class holds only the last image counted for it.
 * @param classIds the classes of images, by number
 * @param leadsTo returns the classes that an image of a class counts for
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
