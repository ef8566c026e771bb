/** Returns the methods that an endpoint answers: HEAD too if it is a GET. Pure. */
export const answeredMethods = (method: string): readonly string[] => (method === 'GET' ? ['GET', 'HEAD'] : [method])
