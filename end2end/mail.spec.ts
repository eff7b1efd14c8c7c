// Invitations by mail, with a mail server that keeps what it is given.
import { createServer, type Server as Listener } from "node:net";
import { App, expect, test } from "./support";

// Refuses whoever is called `refused`, until told otherwise.
class Sink {
  letters: { to: string; text: string }[] = [];
  refuses = true;
  private constructor(private readonly listener: Listener) {}

  static async open(): Promise<Sink> {
    const sink = new Sink(
      createServer((socket) => {
        let [rest, to, text, data] = ["", "", "", false];
        socket.setEncoding("utf8").on("error", () => {});
        socket.write("220 sink\r\n");
        socket.on("data", (chunk) => {
          rest += chunk;
          for (let end = rest.indexOf("\r\n"); end >= 0; end = rest.indexOf("\r\n")) {
            const line = rest.slice(0, end);
            rest = rest.slice(end + 2);
            if (data && line !== ".") text += `${line}\n`;
            else if (data) {
              sink.letters.push({ to, text });
              [text, data] = ["", false];
              socket.write("250 taken\r\n");
            } else if (/^RCPT/i.test(line)) {
              to = /<(.*)>/.exec(line)![1];
              socket.write(to.startsWith("refused") && sink.refuses ? "550 There is nobody of that name\r\n" : "250 go on\r\n");
            } else if (/^DATA/i.test(line)) {
              data = true;
              socket.write("354 go on\r\n");
            } else if (/^QUIT/i.test(line)) socket.end("221 bye\r\n");
            else socket.write("250 fine\r\n");
          }
        });
      }),
    );
    await new Promise<void>((resolve) => sink.listener.listen(0, "127.0.0.1", resolve));
    return sink;
  }

  get port(): number {
    return (this.listener.address() as { port: number }).port;
  }

  close(): void {
    this.listener.close();
  }
}

test("an invitation is sent, and sent again where it was refused", async ({ page, launch, javaScriptEnabled }) => {
  const sink = await Sink.open();
  try {
    const app = new App(page, await launch({ mail: sink.port }), javaScriptEnabled !== false);
    app.server.cli("tenants", "create", "--tenant", "team", "--name", "Team");
    await app.signIn(undefined, "/ui/team/invitations/create");
    await expect(page.getByRole("heading", { level: 1, name: "Invite" })).toBeVisible();
    await page.getByLabel("Email").fill("new@example.com");
    await page.getByRole("button", { name: "Invite" }).click();
    await expect(page.getByRole("status")).toContainText("An email with the link is on its way.");
    await expect.poll(() => sink.letters.map((one) => one.to)).toEqual(["new@example.com"]);
    expect(sink.letters[0].text).toContain("/ui/invitation/");
    // Without JavaScript a page is right when it is loaded.
    const says = async (email: string, what: string) => {
      await expect(async () => {
        if (!app.js) await page.reload();
        await expect(page.getByRole("row", { name: new RegExp(email) })).toContainText(what, { timeout: 1_000 });
      }).toPass();
    };
    await says("new@example.com", "Email sent");

    await app.server.api("POST", "/team/invitations", { email: "refused@example.com" });
    await says("refused@example.com", "Email not sent: the mail server refuses it: 550 There is nobody of that name.");
    await app.accessible();
    await page.setViewportSize({ width: 360, height: 800 });
    await app.accessible();
    await page.setViewportSize({ width: 1280, height: 800 });

    sink.refuses = false;
    await page.getByRole("button", { name: "Send the email to refused@example.com again" }).click();
    await expect(page.getByRole("status")).toContainText("The email to refused@example.com is on its way again.");
    await says("refused@example.com", "Email sent");
    expect(sink.letters.length).toBe(2);

    await app.open("/administration/instance");
    await expect(page.getByRole("definition").filter({ hasText: "STARTTLS" })).toHaveCount(0);
    await expect(page.getByText(`127.0.0.1:${sink.port}, no encryption, not signed in, from Kestra <kestra@example.com>`)).toBeVisible();
  } finally {
    sink.close();
  }
});
