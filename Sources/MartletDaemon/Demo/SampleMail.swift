// A dozen messages that show what real mail looks like: a thread, HTML, an attachment, several character sets. For the demo alone.
internal import Bytes
internal import Model

enum SampleMail {
    struct Message {
        let bytes: [UInt8]
        let date: Timestamp
        let isSeen: Bool
    }
    /// `now` is the newest message's time; `user` is the first word of the address ("alice").
    static func messages(for user: String, domain: String, now: Timestamp) -> [Message] {
        let other = user == "alice" ? "bob" : "alice"
        let page = Page(user: user, other: other, domain: domain, now: now)
        return [
            page.welcome(minutesAgo: 1), page.thread(0, minutesAgo: 4_300), page.thread(1, minutesAgo: 4_200), page.thread(2, minutesAgo: 180),
            page.newsletter(minutesAgo: 1_500),
            page.invoice(minutesAgo: 2_900), page.latin1(minutesAgo: 5_800), page.japanese(minutesAgo: 7_200), page.russian(minutesAgo: 8_700),
            page.photo(minutesAgo: 720), page.forwarded(minutesAgo: 1_100), page.emoji(minutesAgo: 35),
        ].sorted { $0.date < $1.date }
    }

    private struct Page {
        let user: String
        let other: String
        let domain: String
        let now: Timestamp

        private func title(_ name: String) -> String { name.prefix(1).uppercased() + name.dropFirst() }
        private func make(
            _ id: String, minutesAgo: Int64, seen: Bool = true, from: String, subject: String, headers: [String] = [], _ content: String
        ) -> Message {
            make(id, minutesAgo: minutesAgo, seen: seen, from: from, subject: subject, headers: headers, Array(content.replacing("\n", with: "\r\n").utf8))
        }
        private func make(_ id: String, minutesAgo: Int64, seen: Bool = true, from: String, subject: String, headers: [String], _ content: [UInt8]) -> Message {
            let date = Timestamp(seconds: now.seconds - minutesAgo * 60)
            let head =
                [
                    "Return-Path: <\(from.split(separator: "<").last?.dropLast() ?? "")>", "From: \(from)", "To: \(title(user)) Example <\(user)@\(domain)>",
                    "Subject: \(subject)", "Date: \(MailDate.text(date))", "Message-ID: <\(id).\(user)@\(domain)>", "MIME-Version: 1.0",
                ] + headers
            return Message(bytes: Array(head.joined(separator: "\r\n").utf8) + Array("\r\n".utf8) + content, date: date, isSeen: seen)
        }

        func welcome(minutesAgo: Int64) -> Message {
            make(
                "welcome", minutesAgo: minutesAgo, seen: false, from: "Martlet <postmaster@\(domain)>", subject: "Welcome to Martlet",
                headers: ["Content-Type: text/plain; charset=utf-8"],
                """

                Hello \(title(user)),

                this mailbox lives in a Martlet that runs on your own machine. Read it over IMAP, over
                ActiveSync from a phone, and send mail to \(other)@\(domain): it arrives at once.

                Everything here is a sample. Delete the directory of the demo and it is gone.

                """)
        }
        func thread(_ step: Int, minutesAgo: Int64) -> Message {
            let root = "<garden.1.\(user)@\(domain)>"
            let texts = [
                "Shall we plant the apple trees on Saturday? The ground is soft enough now.",
                "Saturday is fine. I bring the spades and the old rope.\n\n> Shall we plant the apple trees on Saturday?",
                "It will rain on Saturday. Sunday at ten?\n\n> Saturday is fine. I bring the spades and the old rope.",
            ]
            var headers = ["Content-Type: text/plain; charset=utf-8; format=flowed"]
            if step > 0 { headers += ["In-Reply-To: \(root)", "References: \(root)"] }
            return make(
                "garden.\(step + 1)", minutesAgo: minutesAgo, seen: step < 2, from: "\(title(other)) Example <\(other)@\(domain)>",
                subject: step == 0 ? "Apple trees" : "Re: Apple trees", headers: headers, "\n\(texts[step])\n")
        }
        func newsletter(minutesAgo: Int64) -> Message {
            make(
                "news.214", minutesAgo: minutesAgo, from: "The Harbour News <news@harbour.example>", subject: "This week at the harbour",
                headers: [
                    "List-Id: <news.harbour.example>", "List-Unsubscribe: <https://harbour.example/leave>",
                    "Content-Type: multipart/alternative; boundary=\"alt-214\"",
                ],
                """

                --alt-214
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: quoted-printable

                This week: the old crane moves again, and the caf=C3=A9 on pier 3 opens at six=
                .

                --alt-214
                Content-Type: text/html; charset=utf-8
                Content-Transfer-Encoding: quoted-printable

                <html><body style=3D"font-family: sans-serif"><h2>This week at the harbour</h2>
                <p>The <b>old crane</b> moves again, and the caf=C3=A9 on <i>pier 3</i> opens at six=
                .</p><p><a href=3D"https://harbour.example/">Read on</a></p></body></html>

                --alt-214--

                """)
        }
        func invoice(minutesAgo: Int64) -> Message {
            make(
                "invoice.4711", minutesAgo: minutesAgo, from: "Accounts <billing@tools.example>", subject: "Invoice 4711",
                headers: ["Content-Type: multipart/mixed; boundary=mix-4711"],
                """

                --mix-4711
                Content-Type: text/plain; charset=us-ascii

                Please find our invoice attached. Payable within 30 days.

                --mix-4711
                Content-Type: application/pdf; name="invoice-4711.pdf"
                Content-Disposition: attachment; filename="invoice-4711.pdf"
                Content-Transfer-Encoding: base64

                \(SampleMail.lines(Base64.encodeText(SampleMail.pdf("Invoice 4711: two spades, EUR 58.00"))))
                --mix-4711--

                """)
        }
        func latin1(minutesAgo: Int64) -> Message {
            let text = "\r\nSch\u{f6}ne Gr\u{fc}\u{df}e aus K\u{f6}ln! Der Zug hatte Versp\u{e4}tung, aber das Caf\u{e9} war offen.\r\n"
            return make(
                "karte.1", minutesAgo: minutesAgo, from: "=?iso-8859-1?Q?J=FCrgen_M=FCller?= <juergen@reise.example>",
                subject: "=?iso-8859-1?Q?Gr=FC=DFe_aus_K=F6ln?=",
                headers: ["Content-Type: text/plain; charset=iso-8859-1", "Content-Transfer-Encoding: 8bit"],
                text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
        }
        func japanese(minutesAgo: Int64) -> Message {
            make(
                "tegami.1", minutesAgo: minutesAgo, from: "=?UTF-8?B?55Sw5Lit?= <tanaka@letters.example>", subject: "=?ISO-2022-JP?B?GyRCMnE1RBsoQg==?=",
                headers: ["Content-Type: text/plain; charset=ISO-2022-JP", "Content-Transfer-Encoding: 7bit"], "\n\u{1b}$B2q5D\u{1b}(B 10:00\n")
        }
        func russian(minutesAgo: Int64) -> Message {
            make(
                "pismo.1", minutesAgo: minutesAgo, from: "=?koi8-r?B?6dfBzg==?= <ivan@pisma.example>", subject: "=?koi8-r?B?8NLJ18XU?=",
                headers: ["Content-Type: text/plain; charset=koi8-r", "Content-Transfer-Encoding: base64"], "\n8NLJ18XUIQ0K\n")
        }
        func photo(minutesAgo: Int64) -> Message {
            make(
                "photo.7", minutesAgo: minutesAgo, seen: false, from: "\(title(other)) Example <\(other)@\(domain)>", subject: "The view from up here",
                headers: ["Content-Type: multipart/related; boundary=rel-7; type=\"text/html\""],
                """

                --rel-7
                Content-Type: text/html; charset=utf-8

                <html><body><p>One pixel of blue sky:</p><img src="cid:sky@\(domain)" alt="sky"></body></html>

                --rel-7
                Content-Type: image/png; name="sky.png"
                Content-ID: <sky@\(domain)>
                Content-Disposition: inline; filename="sky.png"
                Content-Transfer-Encoding: base64

                iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkaPhfDwAEhQGAlZ4p7QAAAABJRU5ErkJggg==

                --rel-7--

                """)
        }
        func forwarded(minutesAgo: Int64) -> Message {
            make(
                "fwd.3", minutesAgo: minutesAgo, from: "\(title(other)) Example <\(other)@\(domain)>", subject: "Fwd: Boat for rent",
                headers: ["Content-Type: multipart/mixed; boundary=fwd-3"],
                """

                --fwd-3
                Content-Type: text/plain; charset=utf-8

                Is this the boat you meant?

                --fwd-3
                Content-Type: message/rfc822
                Content-Disposition: attachment

                From: Captain <captain@harbour.example>
                To: \(other)@\(domain)
                Subject: Boat for rent
                Date: \(MailDate.text(Timestamp(seconds: now.seconds - (minutesAgo + 90) * 60)))
                Message-ID: <boat.3@harbour.example>
                MIME-Version: 1.0
                Content-Type: text/plain; charset=utf-8

                Six metres, one sail, dry.

                --fwd-3--

                """)
        }
        func emoji(minutesAgo: Int64) -> Message {
            make(
                "party.1", minutesAgo: minutesAgo, seen: false, from: "\(title(other)) Example <\(other)@\(domain)>",
                subject: "=?UTF-8?B?8J+OiSBQYXJ0eSBvbiBGcmlkYXk=?=",
                headers: ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "Importance: high", "X-Priority: 1"],
                "\nFriday at eight, bring cake 🎂 and your brother.\n")
        }
    }

    private static func lines(_ text: String) -> String {
        var text = Substring(text), lines = ""
        while !text.isEmpty {
            lines += text.prefix(76) + "\n"
            text = text.dropFirst(76)
        }
        return lines
    }
    /// The smallest document that readers open.
    private static func pdf(_ line: String) -> [UInt8] {
        let stream = "BT /F1 18 Tf 72 720 Td (\(line)) Tj ET"
        let objects = [
            "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
            "<< /Length \(stream.utf8.count) >>\nstream\n\(stream)\nendstream", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ]
        var text = "%PDF-1.4\n", offsets: [Int] = []
        for (index, object) in objects.enumerated() {
            offsets.append(text.utf8.count)
            text += "\(index + 1) 0 obj\n\(object)\nendobj\n"
        }
        let start = text.utf8.count
        text += "xref\n0 \(objects.count + 1)\n0000000000 65535 f \n"
        for offset in offsets { text += String(repeating: "0", count: max(0, 10 - String(offset).count)) + "\(offset) 00000 n \n" }
        text += "trailer\n<< /Size \(objects.count + 1) /Root 1 0 R >>\nstartxref\n\(start)\n%%EOF\n"
        return Array(text.utf8)
    }
}
