/**
 * Returns the method of an endpoint's route: `ANY` for a GET, so that one route serves GET and HEAD. Its function refuses
 * the methods that have no route of their own. Pure.
 */
export const toRoutedMethod = (method: string): string => (method === 'GET' ? 'ANY' : method)

/** Returns the methods that an endpoint answers: HEAD too if it is a GET. Pure. */
export const answeredMethods = (method: string): readonly string[] => (method === 'GET' ? ['GET', 'HEAD'] : [method])
