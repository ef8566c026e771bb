/** The token of all API requests. */
export const TOKEN = 'bench'
