/** Which form of a word goes with a count. */

const rules = new Intl.PluralRules("en");

/**
 * @param {number} count
 * @param {Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }} forms by the language's kinds of counts; English has one and other
 */
export const plural = (count, forms) => forms[rules.select(count)] ?? forms.other;
