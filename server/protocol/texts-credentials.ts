/** What is told about sessions, bearer tokens and one-time codes. `{name}` marks a parameter. */
export const credentialTexts = {
  challenge_over: {
    en: 'There is no challenge to answer any more: ask for a new one.',
    fr: 'Il n’y a plus de défi auquel répondre : demandez-en un nouveau.',
  },
  too_many_keys: { en: 'You have {limit} keys, the most there may be.', fr: 'Vous avez {limit} clés, le plus qu’il puisse y en avoir.' },
  session_revoked: {
    en: 'This session was ended from another one: log in again.',
    fr: 'Cette session a été terminée depuis une autre : reconnectez-vous.',
  },
  own_session: { en: 'This is the session you are in: say logout.', fr: 'C’est la session où vous êtes : dites logout.' },
  token_void: { en: 'This token is unknown, revoked or expired.', fr: 'Ce jeton est inconnu, révoqué ou expiré.' },
  token_scope: {
    en: 'This bearer token may not do that: it needs the scope “{scope}”.',
    fr: 'Ce jeton ne permet pas cela : il lui faut la portée « {scope} ».',
  },
  token_never: {
    en: 'No bearer token may do that: log in with the password.',
    fr: 'Aucun jeton ne permet cela : connectez-vous avec le mot de passe.',
  },
  totp_on: {
    en: 'One-time codes are in force already: disable them first.',
    fr: 'Les codes à usage unique sont déjà actifs : désactivez-les d’abord.',
  },
  totp_off: { en: 'This account asks for no one-time codes.', fr: 'Ce compte ne demande pas de code à usage unique.' },
  too_many_codes: { en: 'Too many wrong codes: try again in {seconds} s.', fr: 'Trop de codes erronés : réessayez dans {seconds} s.' },
  too_many_tokens: {
    en: 'This account has {limit} tokens already: revoke one first.',
    fr: 'Ce compte a déjà {limit} jetons : révoquez-en un d’abord.',
  },
  password_unchanged: { en: 'The new password is the old one.', fr: 'Le nouveau mot de passe est l’ancien.' },
} as const;
