/** Where `npm run dev` started the admin plane; with `nx serve admin` alone its default. */
const target = process.env.ADMIN_URL ?? 'http://127.0.0.1:3000';

export default { '/api': { target, secure: false } };
