/**
 * The rule of the labeling notebook that this service replaces, plain and slow: walk the rows, give each class the
 * images that have one of its ids until it has enough, then take the last N of each class, in order of class.
 * @returns ids of the chosen images
 */
export function notebookImages(
  csv: string,
  classes: readonly (readonly string[])[],
  examplesPerClass: number,
  batchOffset = 0,
  skipImages: readonly string[] = ['251d4c429f6f9c39', '065ad49f98157c8d'],
): string[] {
  const needed = examplesPerClass * (batchOffset + 1)
  const found = classes.map(() => new Set<string>())
  for (const row of csv.split(/\r?\n/)) {
    const [imageId = '', , classId = ''] = row.split(',')
    if (skipImages.includes(imageId)) continue
    for (const [number, classIds] of classes.entries())
      if (found[number]!.size < needed && classIds.includes(classId)) found[number]!.add(imageId)
  }
  return [...new Set(found.flatMap((images) => [...images].slice(-examplesPerClass)))]
}
