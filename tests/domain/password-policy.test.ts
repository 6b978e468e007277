import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dictionary } from '@zxcvbn-ts/language-common';
import { checkPassword } from '../../server/domain/password-policy.ts';
import { ChatError } from '../../server/protocol/errors.ts';

function refusedAs(text: string, limit?: number) {
  return (error: unknown) => {
    assert.ok(error instanceof ChatError);
    assert.equal(error.code, 'weak_password');
    assert.equal(error.details.text, text);
    if (limit !== undefined) assert.equal(error.details.params?.['limit'], limit);
    assert.doesNotMatch(error.textIn('fr'), /[{}]/);
    return true;
  };
}

describe('the password policy', () => {
  test('compat takes anything that is not empty', async () => {
    for (const password of ['1', ' ', '1234', 'password', 'alice', 'é']) await checkPassword('compat', password, 'alice');

    await assert.rejects(checkPassword('compat', '', 'alice'), refusedAs('password_empty'));
  });

  test('no policy takes more than 1,024 bytes', async () => {
    for (const policy of ['compat', 'standard', 'strict'] as const) {
      await checkPassword(policy, 'é7'.repeat(341), 'alice');
      await assert.rejects(checkPassword(policy, 'é'.repeat(513), 'alice'), refusedAs('password_long', 1024));
    }
  });

  test('standard wants 8 characters, strict 15, whatever they are made of', async () => {
    await assert.rejects(checkPassword('standard', 'kfzqwjv', 'alice'), refusedAs('password_short', 8));
    await checkPassword('standard', 'kfzqwjvx', 'alice');
    await assert.rejects(checkPassword('strict', 'kfzqwjvxkfzqwj', 'alice'), refusedAs('password_short', 15));
    await checkPassword('strict', 'kfzqwjvxkfzqwjv', 'alice');
  });

  test('characters are code points of the composed form', async () => {
    await assert.rejects(checkPassword('standard', '🦊🐻🐼🐨', 'alice'), refusedAs('password_short', 8));
    await assert.rejects(checkPassword('standard', 'éàüêîôû'.normalize('NFD'), 'alice'), refusedAs('password_short', 8));
  });

  test('the list has at least 3,000 common passwords, none of which standard takes', async () => {
    const common = dictionary['passwords-common'].filter((password) => password.length >= 8);

    assert.ok(dictionary['passwords-common'].length >= 3000);
    for (const password of [...common.slice(0, 100), ...common.slice(2900, 3000)])
      await assert.rejects(checkPassword('standard', password, 'alice'), refusedAs('password_common'));
  });

  test('a common password in capitals or full-width letters is still common', async () => {
    for (const password of ['PASSWORD', 'Azertyuiop', 'ｐａｓｓｗｏｒｄ', 'MotDePasse']) {
      await assert.rejects(checkPassword('standard', password, 'alice'), refusedAs('password_common'));
    }
  });

  test('the own name is no password, however it is written', async () => {
    for (const password of ['Marguerite', 'MARGUERITE', 'margueritе']) {
      await assert.rejects(checkPassword('standard', password, 'marguerite'), refusedAs('password_common'));
    }
  });

  test('the name of the site is no password, with digits or signs around it neither', async () => {
    for (const password of ['classcord', 'ClassCord2026!', 'class-cord', '123classcordserver']) {
      await assert.rejects(checkPassword('standard', password, 'alice'), refusedAs('password_common'));
    }
    await checkPassword('standard', 'classcord is where I learn', 'alice');
  });
});
