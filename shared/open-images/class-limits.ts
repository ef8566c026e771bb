/** Limits of the class files of a dataset. They keep every request that reads its classes fast, and its response small. */
export interface ClassLimits {
  readonly classes: number
  /** Characters of a display name. A request can name no class with more. */
  readonly nameCharacters: number
  /** Bytes of a line of class descriptions. A longer one is not parsed. */
  readonly lineBytes: number
  /** Entries of the hierarchy file, in which a class can occur several times. */
  readonly hierarchyEntries: number
  /** Classes that a class is a subclass or part of, directly or not. */
  readonly ancestors: number
  /** Relations between classes that are followed to find the ancestors of all classes. */
  readonly ancestorSteps: number
}

/** What an import accepts. The published dataset has 19,995 classes with names of up to 64 characters, and up to 7 ancestors of one. */
export const IMPORT_LIMITS: ClassLimits = {
  classes: 25_000,
  nameCharacters: 200,
  lineBytes: 10_000,
  hierarchyEntries: 100_000,
  ancestors: 100,
  ancestorSteps: 2_500_000,
}

/** For a dataset that was imported: an earlier version may have accepted more. */
export const NO_LIMITS: ClassLimits = {
  classes: Number.POSITIVE_INFINITY,
  nameCharacters: Number.POSITIVE_INFINITY,
  lineBytes: Number.POSITIVE_INFINITY,
  hierarchyEntries: Number.POSITIVE_INFINITY,
  ancestors: Number.POSITIVE_INFINITY,
  ancestorSteps: Number.POSITIVE_INFINITY,
}
