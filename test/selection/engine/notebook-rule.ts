/**
 * Selects images by the rule of the labeling notebook that this service replaces: walk the rows, add images to each
 * class whose id they have until it has enough, then take the last N of each class, by class.
 * @returns ids of the selected images
 */
export function selectLikeNotebook(
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
