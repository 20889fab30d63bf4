"""The distinctions that matter: texts that look alike and mean different things, with lines for each side."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

import ndrkit
from conftest import check_report
from ndrkit.model import Blocklist

DEAD = {"recipient_unknown", "recipient_disabled", "recipient_domain_unknown", "domain_not_accepting_mail"}


class Own(NamedTuple):
    """Words of the sender's own server, in a notice as Postfix writes it."""

    text: str


class By(NamedTuple):
    """Words of another server, in a delivery report that names it."""

    host: str
    text: str


Line = str | Own | By  # a str is one pasted line of which nobody knows who said it

OWN_NOTICE = """\
From: MAILER-DAEMON@mail.example.com (Mail Delivery System)
To: sender@example.com
Subject: Undelivered Mail Returned to Sender
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

This is the mail system at host mail.example.com.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

                   The mail system

<user@example.org>: {text}
"""

REPORT = """\
From: MAILER-DAEMON@mail.example.com
To: sender@example.com
Subject: Delivery Status Notification (Failure)
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x
Content-Type: text/plain

Your message was not delivered.

--x
Content-Type: message/delivery-status
Content-Transfer-Encoding: 8bit

Reporting-MTA: dns; mail.example.com

Final-Recipient: rfc822; user@example.org
Action: failed
Status: {status}
Remote-MTA: dns; {host}
Diagnostic-Code: smtp; {text}

--x--
"""


def mail_of(line: Line) -> bytes | str:
    """Give the mail in which a line stands, or the line itself where it is pasted alone."""
    if isinstance(line, str):
        return line
    if isinstance(line, Own):
        return OWN_NOTICE.format(text=line.text).encode()
    said = re.search(r"\b[45]\.\d+\.\d+\b", line.text)
    status = said[0] if said else f"{line.text[0]}.0.0"
    return REPORT.format(status=status, host=line.host, text=line.text).encode()


MX = "mx.example.org"
RELAY = "relay.example.com"  # of the sender's own site
GMAIL, YAHOO = "gmail-smtp-in.l.google.com", "mta5.am0.yahoodns.net"
OUTLOOK = "hotmail-com.olc.protection.outlook.com"

SIDES: dict[str, dict[str, list[Line]]] = {
    "own resolver, recipient's domain, sender's domain": {
        "dns_lookup_failed": [
            Own(
                "Host or domain name not found. Name service error for name=example.org type=MX: "
                "Host not found, try again"
            ),
            Own("host lookup did not complete"),
            Own("all host address lookups for 'example.org' failed temporarily"),
            "Unable to find the recipient's email server. The DNS query has failed.",
            "<user@example.org>... Deferred: Name server: example.org.: host name lookup failure",
            "CNAME lookup failed temporarily. (#4.4.3)",
            "423 Dns resolve error",
            "域名解析失败",
            "DNS查询失败",
            "DNS 查詢失敗",
            "Die DNS-Abfrage ist fehlgeschlagen",
            "名前解決に失敗しました",
            "Ошибка DNS-запроса",
            "Échec de la requête DNS",
            "Error en la consulta DNS",
            "Falha na consulta DNS",
            "451 4.4.3 DNS lookup failed for example.org: SERVFAIL",
            "退信原因：无法查找对方服务器名称",
            "Temporary failure in MX lookup",
            "DNS解析錯誤",
            "Namensauflösung für example.org vorübergehend fehlgeschlagen",
            "DNSサーバーエラーのため配信できません",
            "Impossible de résoudre le nom de domaine example.org",
            "No se pudo resolver el nombre del dominio example.org",
            "Não foi possível resolver o nome example.org",
            "Не удалось разрешить имя домена example.org",
            "DNS - Query failure. Query: example.org, Type: 15, DnsQuery return value: 9002.",
            Own(
                "Host or domain name not found. Name service error for name=smtp.example.com "
                "type=A: Host not found, try again"
            ),
            Own("unable to look up host smtp.example.com: Temporary failure in name resolution"),
        ],
        "recipient_domain_unknown": [
            Own(
                "Host or domain name not found. Name service error for name=nosuch.example "
                "type=A: Host not found"
            ),
            Own("all host address lookups for 'nosuch.example' failed permanently"),
            "No mail servers appear to exists for the recipient's address.",
            "550 5.1.2 <user@nosuch.example>... Host unknown (Name server: nosuch.example.: host not found)",
            "Sorry, I couldn't find any host named nosuch.example. (#5.1.2)",
            (
                "DNS Error: 1234567 DNS type 'mx' lookup of nosuch.example responded with code "
                "NXDOMAIN Domain name not found: nosuch.example"
            ),
            "550 5.4.310 DNS domain nosuch.example does not exist [Message=InfoDomainNonexistent]",
            "524 Host not found by dns resolve",
            "收件人域名不存在",
            "收件者的網域不存在",
            "Das DNS hat gemeldet, dass die Domäne des Empfängers nicht vorhanden ist",
            "宛先のドメインが見つかりません",
            "Домен получателя не найден",
            "Le domaine du destinataire n'existe pas",
            "El dominio del destinatario no existe",
            "O domínio do destinatário não existe",
            "550 5.4.4 Invalid domain name",
            (
                "Host or domain name not found. Name service error for name=nosuch.example "
                "type=MX: Host not found"
            ),
            "526 No data by dns resolve",
            "Sorry, I couldn't find a mail exchanger or IP address. (#5.4.4)",
            "all relevant MX records point to non-existent hosts",
            "查无此域名",
            "对方域名不存在",
            "網域不存在",
            "Domain nicht gefunden",
            "ドメインが存在しません",
            "Домен не существует",
            "Domaine inconnu",
            "Dominio inexistente",
            "Domínio inexistente",
            By(GMAIL, "550 5.1.2 We weren't able to find the recipient domain."),
            "Host not found",
            By(MX, "550 Empfängerdomain existiert nicht"),
            By(MX, "550 Домен получателя не существует"),
            By("example-org.mail.protection.outlook.com",
                "550 5.4.310 DNS domain nosuch.example does not exist "
                "[Message=InfoDomainNonexistent]"),
            Own("Unrouteable address"),
            "5.1.2 - Bad destination host 'DNS Hard Error looking up nosuch.example (MX): NXDomain'",
        ],
        "sender_domain_unresolvable": [
            By(MX, "450 4.1.8 <sender@example.com>: Sender address rejected: Domain not found"),
            By(MX, "553 5.1.8 <sender@example.com>... Domain of sender address does not exist"),
            By(MX, "501 5.1.8 Domain of sender address sender@example.com does not resolve"),
            By(MX, "550 sorry, your envelope sender domain must exist (#5.7.1)"),
            By("mx00.gmx.net", "550 Requested action not taken: Invalid DNS MX or A/AAAA resource record"),
            By(YAHOO, "451 Message deferred due to unresolvable RFC.5321 from domain"),
            "发件人域名不存在",
            "寄件者網域不存在",
            "Die Domain des Absenders existiert nicht",
            "送信元ドメインが存在しません",
            "Домен отправителя не найден",
            "Le domaine de l'expéditeur n'existe pas",
            "El dominio del remitente no existe",
            "O domínio do remetente não existe",
            By(MX, "550 5.1.8 Sender domain nosuch.example has no MX or A record"),
            By(MX, "553 sender domain does not exist"),
            By(MX, "450 4.1.8 <a@nosuch.example>: Sender address rejected: Domain not found"),
            By(MX, "550 5.7.27 Sender address has null MX"),
            By(MX, "Sender domain does not have any MX records."),
            By(MX, "550 5.1.8 发件人域名无法解析"),
            By(MX, "550 寄件人網域不存在"),
            By(MX, "550 Absenderdomain nicht gefunden"),
            By(MX, "550 送信者のドメインが見つかりません"),
            By(MX, "550 Домен отправителя не существует"),
            By(MX, "550 Le domaine de l'émetteur n'existe pas"),
            By(MX, "550 El dominio del remitente no tiene registro MX"),
            By(MX, "550 Domínio do remetente sem registro MX"),
            By(MX, "451 4.1.8 Sender domain DNS lookup timed out"),
            By(MX, "550 No se pudo resolver el dominio del remitente"),
            By(MX, "550 Impossible de résoudre le domaine de l'expéditeur"),
            By(MX, "550 Не удалось разрешить домен отправителя"),
            By(MX, "550 Absender-Domain nicht auflösbar"),
            By("mx3.qq.com", "550 Domain may not exist or DNS check failed"),
        ],
    },
    "DNS time-out, TCP time-out, one host that refuses": {
        "dns_timeout": [
            "DNS - Query failure. Query: example.org, Type: 15, DnsQuery return value: 1460.",
            "DNS query timed out",
            "451 4.4.0 DNS query failed with error ErrorTimeout",
            "451 DNS lookup timed out for example.org",
            "DNS查询超时",
            "DNS 查詢逾時",
            "Zeitüberschreitung bei der DNS-Abfrage",
            "DNSの問い合わせがタイムアウトしました",
            "Превышено время ожидания ответа DNS-сервера",
            "Délai d'attente de la requête DNS dépassé",
            "Tiempo de espera agotado en la consulta DNS",
            "Tempo limite da consulta DNS esgotado",
        ],
        "connect_timeout": [
            Own("connect to mx.example.org[192.0.2.25]:25: Connection timed out"),
            Own("connect to mx.example.org[2001:db8::25]:25: Network is unreachable"),
            Own("connect to mx.example.org[192.0.2.25]:25: No route to host"),
            "<user@example.org>... Deferred: Connection timed out with mx.example.org.",
            "TCP active open: Failed connect() to TCP port 25 of 192.0.2.25  Error: Connection timed out",
            "Connection to recipients server failed.",
            "Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)",
            "连接对方服务器超时",
            "連線逾時",
            "Zeitüberschreitung beim Verbindungsaufbau",
            "接続がタイムアウトしました",
            "Превышено время ожидания подключения",
            "Délai de connexion dépassé",
            "Tiempo de espera de conexión agotado",
            "Tempo limite de conexão esgotado",
            "对方服务器连接超时",
            "无法连接到对方服务器",
            "対象サーバーに接続できません",
            "Der Server mx.example.org ist nicht erreichbar",
            "Не удалось подключиться к серверу получателя",
            "Impossible de se connecter au serveur du destinataire",
            "No se pudo conectar con el servidor del destinatario",
            "Não foi possível conectar ao servidor do destinatário",
            (
                "Can not connect to recipient's server because of unstable network or firewall "
                "filter. rejected by system"
            ),
            Own("mx.example.org [192.0.2.25]: Connection timed out"),
            "550 4.4.316 Connection timed out [Message=Socket error code 10060]",
            By(MX, "421 Connection timed out, please retry in 5 minutes"),
        ],
        "connection_failed": [
            Own("connect to mx.example.org[192.0.2.25]:25: Connection refused"),
            Own("lost connection with mx.example.org[192.0.2.25] while sending message body"),
            "<user@example.org>... Deferred: Connection refused by mx.example.org.",
            "451 4.4.0 Primary target IP address responded with: Socket error code 10061",
            "对方服务器拒绝连接",
            "對方伺服器拒絕連線",
            "Verbindung verweigert",
            "接続が拒否されました",
            "В соединении отказано",
            "Connexion refusée",
            "Conexión rechazada",
            "Conexão recusada",
            "对方服务器重置连接",
            "與對方伺服器的連線中斷",
            "Verbindung vom Server abgelehnt",
            "接続がリセットされました",
            "Сервер получателя разорвал соединение",
            "Le serveur distant a refusé la connexion",
            "El servidor remoto rechazó la conexión",
            "O servidor remoto recusou a conexão",
            "450 4.4.316 Connection refused [Message=Socket error code 10061]",
            "mx.example.org [192.0.2.25]: Connection refused",
            "Remote server closed connection.",
            "Connected to 192.0.2.25 but connection died. (#4.4.2)",
        ],
    },
    "own queue full, receiver's disk full, mailbox full, message too large": {
        "queue_congested": [
            "邮件队列已满",
            "郵件佇列已滿",
            "Die Warteschlange des Servers ist voll",
            "La file d'attente du serveur est pleine",
            "Очередь сообщений переполнена",
            By(RELAY, "452 4.3.1 Insufficient system resources"),
            By(RELAY, "452 4.3.1 Insufficient system storage"),
            By(RELAY, "452 4.3.1 Too many messages queued"),
            By(RELAY, "450 queue unavailable (队列忙)"),
            "本服务器邮件队列拥堵",
            "La cola de correo del servidor está llena",
            "A fila de mensagens do servidor está cheia",
            "送信キューがいっぱいです",
            "Почтовая очередь переполнена",
            "Die Mail-Warteschlange ist überlastet",
            Own("too many messages queued"),
            Own("queue file limit exceeded"),
        ],
        "receiver_unavailable": [
            By(MX, "452 4.3.1 Insufficient system storage"),
            By(MX, "452 4.3.1 Insufficient system resources (UsedDiskSpace[C:\\Queue])"),
            By(MX, "452 Requested action not taken: insufficient disk space"),
            By(MX, "451 4.3.0 No space left on device"),
            By(MX, "450 4.7.3 Organization queue quota exceeded"),
            By(MX, "452 服务器磁盘空间不足"),
            By(MX, "452 Festplatte des Servers voll"),
            By(MX, "452 サーバーのディスク容量が不足しています"),
            By(MX, "452 На сервере недостаточно места на диске"),
            By(MX, "452 Espace disque insuffisant sur le serveur"),
            By(MX, "452 Espacio en disco insuficiente en el servidor"),
            By(MX, "452 Espaço em disco insuficiente no servidor"),
            By(MX, "452 4.3.1 Out of disk space"),
            By(MX, "450 queue unavailable (队列忙)"),
            By(MX, "452 4.3.1 Too many messages queued"),
            By(MX, "452 伺服器磁碟空間不足"),
            By(MX, "431 4.3.1 The recipient's mail server is out of disk space"),
            By(MX, "452 Kein Speicherplatz mehr auf dem Server"),
            By(MX, "452 Le disque du serveur est plein"),
            By(MX, "452 El disco del servidor está lleno"),
            By(MX, "452 Диск сервера переполнен"),
            By(MX, "452 サーバのディスクがいっぱいです"),
            By("example-org.mail.protection.outlook.com", "452 4.3.1 Insufficient system resources (TSTE)"),
        ],
        "mailbox_full": [
            By(MX, "452 4.2.2 Mailbox full"),
            By(MX, "552 5.2.2 <user@example.org>: user is over quota"),
            By(GMAIL, "452-4.2.2 The recipient's inbox is out of storage space."),
            By("bytecamp.example",
                "422 4.2.2 Quota limit exceeded (Speicherplatz des Kontos ueberschritten)"),
            By(MX, "552 收件人邮箱空间不足"),
            By(MX, "552 收件者信箱已滿"),
            By(MX, "552 Das Postfach ist voll"),
            By(MX, "552 メールボックスがいっぱいです"),
            By(MX, "552 Почтовый ящик получателя переполнен"),
            By(MX, "552 Boite du destinataire pleine"),
            By(MX, "552 El buzón del destinatario está lleno"),
            By(MX, "552 A caixa postal do destinatário está cheia"),
            By(MX, "552 5.2.2 邮箱已满"),
            By(MX, "552 5.2.2 对方邮箱空间不够"),
            By(MX, "552 5.2.2 信箱容量已滿"),
            By(MX, "552 5.2.2 Speicherplatz des Postfachs überschritten"),
            By(MX, "552 5.2.2 宛先のメールボックスの容量不足"),
            By(MX, "552 5.2.2 Квота почтового ящика превышена"),
            By(MX, "552 5.2.2 Quota dépassé"),
            By(MX, "552 5.2.2 Cuota excedida"),
            By(MX, "552 5.2.2 Cota de armazenamento excedida"),
            By(MX, "452 4.2.2 Insufficient space in mailbox"),
            By(MX, "552 5.2.2 Mailbox size limit exceeded"),
            Own("maildir delivery failed: error writing message: Disk quota exceeded"),
            By(MX, "422 4.2.2 Quota limit exceeded (Speicherplatz des Kontos ueberschritten)"),
            By(MX, "552 该用户的邮箱空间已用完"),
            By(MX, "452 Postfach hat sein Speicherlimit erreicht"),
            By(MX, "452 El buzón del destinatario no acepta más mensajes: está lleno"),
            By(MX, "452 邮箱已满，请1小时后重试"),
            By("example-org.mail.protection.outlook.com",
                "554 5.2.2 STOREDRV.Deliver.Exception:QuotaExceededException; mailbox full"),
            By(GMAIL, "552-5.2.2 The recipient's inbox is out of storage space and inactive."),
            Own("unable to deliver: user over quota"),
        ],
        "message_too_large": [
            By(MX, "552 El tamaño del mensaje supera el límite de envío"),
            By(MX, "552 邮件大小超过限制"),
            By(MX, "552 附件過大"),
            By(MX, "552 Die Nachricht ist zu groß"),
            By(MX, "552 メッセージのサイズが大きすぎます"),
            By(MX, "552 Размер сообщения превышает допустимый"),
            By(MX, "552 Message trop volumineux"),
            By(MX, "552 Mensaje demasiado grande"),
            By(MX, "552 Mensagem muito grande"),
            By(MX, "552 5.3.4 Message size exceeds fixed limit"),
        ],
    },
    "scanner in between, file gone, scanner that fails, receiver that fails, scanner that finds": {
        "local_filter_failure": [
            Own("delivery temporarily suspended: connect to 127.0.0.1[127.0.0.1]:10024: Connection refused"),
            Own("451 4.5.0 Error in processing, id=12345-06, virus-scan FAILED: clamd timed out"),
            "Unable to connect to ClamAV server at 127.0.0.1:3310.",
            "Waiting more than 60 seconds for an available virus scanner. Giving up waiting.",
            "Message delivery cancelled during virus scanning",
            "病毒扫描失败",
            "病毒掃描失敗",
            "Virenscanner nicht verfügbar",
            "ウイルススキャンに失敗しました",
            "Ошибка антивирусной проверки",
            "L'analyse antivirus a échoué",
            "Error en el análisis antivirus",
            "Falha na verificação de vírus",
            "杀毒引擎连接失败",
            "掃毒失敗",
            "Virenprüfung fehlgeschlagen",
            "ウイルスチェックに失敗しました",
            "Антивирус недоступен",
            "Antivirus indisponible",
            "Antivirus no disponible",
            "Antivírus indisponível",
            By(RELAY, "451 4.7.1 Unable to contact the virus scanner"),
            "malware acl condition: clamd: unable to connect to UNIX socket",
            By(MX, "451 4.5.0 Error in processing, id=12345-06, virus-scan FAILED: clamd timed out"),
            Own("mail transport unavailable"),
            "451 qq temporary problem (#4.3.0)",
            Own("delivery temporarily suspended: connect to private/amavis: Connection refused"),
            By(RELAY, "451 4.7.1 Service unavailable - try again later"),
            By(MX, "451 Ошибка антивирусной проверки, повторите попытку через 5 минут"),
        ],
        "virus_found": [
            By(MX, "550 5.7.0 Reject, id=12345-06 - INFECTED: Eicar-Test-Signature"),
            By(MX, "554 5.7.1 Virus Win.Test.EICAR_HDB-1 detected by ClamAV"),
            By(MX, "552 5.7.0 This message contains malware (Eicar-Signature)"),
            By(MX, "550 邮件含有病毒"),
            By(MX, "550 郵件含有病毒"),
            By(MX, "550 Die Nachricht enthält einen Virus"),
            By(MX, "550 ウイルスが検出されました"),
            By(MX, "550 В письме обнаружен вирус"),
            By(MX, "550 Le message contient un virus"),
            By(MX, "550 El mensaje contiene un virus"),
            By(MX, "550 A mensagem contém vírus"),
            By(MX, "550 检测到病毒"),
            By(MX, "550 信件夾帶病毒"),
            By(MX, "550 Virus in der Anlage gefunden"),
            By(MX, "550 ウィルスが検出されたため受信できません"),
            By(MX, "550 Письмо заражено вирусом"),
            By(MX, "550 Virus détecté dans le message"),
            By(MX, "550 Se ha detectado un virus"),
            By(MX, "550 Foi detectado um vírus na mensagem"),
            By(MX, "554 Message refused: virus W32/Example found"),
            By(MX, "554 5.7.1 Your message was rejected by our antivirus: infected"),
            By(MX, "550 Наш антивирус обнаружен вирус в письме"),
        ],
        "receiver_unavailable": [
            By(MX, "451 4.3.0 Error: queue file write error"),
            By(MX, "451 4.7.1 Service unavailable - try again later"),
            By(MX, "451 4.3.2 系统繁忙，请稍后再试"),
            By(MX, "451 Interner Fehler"),
            By(MX, "451 Le serveur est momentanément indisponible, réessayez dans 10 minutes"),
            By(MX, "451 系统繁忙，请5分钟后重试"),
            By(MX, "451 Le serveur est temporairement indisponible"),
            By(MX, "451 El servidor no está disponible temporalmente"),
            By(MX, "451 O servidor está temporariamente indisponível"),
            By(MX, "451 Der Server ist vorübergehend nicht verfügbar"),
            By(MX, "451 Сервер временно недоступен"),
            By(MX, "451 サーバーは一時的に利用できません"),
            By(MX, "451 服务器暂时不可用"),
            By(MX, "451 伺服器暫時無法使用"),
        ],
        "antivirus_interference": [
            "Error writing to Symantec Email Proxy",
            "451 Norton/Symantec timed out",
            "Cannot connect to SMTP server 192.0.2.25 (192.0.2.25:25), connect error 10060",
            (
                "Blocked by port blocking rule: Anti-virus Standard Protection: Prevent mass "
                "mailing worms from sending mail, port 25"
            ),
        ],
        "local_file_error": [
            By(RELAY, "451 4.3.0 Error: queue file write error"),
            "The file may have been deleted by anti virus software running on the server.",
            "Could not send file C:\\Data\\1.eml via socket since it does not exist.",
            "554 Your message was received but it could not be saved. Please retry later.",
            (
                "The mail server could not deliver the message to you since the file "
                "C:\\Data\\1.eml does not exist on the server."
            ),
        ],
    },
    "HELO, PTR, SPF": {
        "helo_rejected": [
            By(MX, "504 5.5.2 <WIN-SRV>: Helo command rejected: need fully-qualified hostname"),
            By(MX, "450 4.7.1 <mail.local>: Helo command rejected: Host not found"),
            By(MX, "501 EHLO Invalid domain address."),
            By(MX, "550 5.7.506 Access Denied, Bad HELO"),
            By(GMAIL, "501-5.5.4 HELO/EHLO argument is invalid."),
            By(MX, "550 HELO主机名不合法"),
            By(MX, "550 HELO 主機名稱不符"),
            By(MX, "550 Ungültiger HELO-Name"),
            By(MX, "550 HELOホスト名が不正です"),
            By(MX, "550 Неверное имя HELO"),
            By(MX, "550 Nom HELO invalide"),
            By(MX, "550 Nombre HELO no válido"),
            By(MX, "550 Nome HELO inválido"),
            By(MX, "550 5.7.1 HELO name does not match IP address"),
            By(MX, "501 5.5.2 <server>: Helo command rejected: Invalid name"),
            By(MX, "550 R1: HELO should be a FQDN or address literal"),
            By(MX, "555 helohost error"),
            By(MX, "550 EHLO主机名无效"),
            By(MX, "550 HELO-Name nicht auflösbar"),
            By(MX, "550 Le nom HELO n'est pas valide"),
            By(MX, "550 Имя HELO не соответствует IP"),
            By(MX, "The host name specified in HELO does not match IP address."),
            By("mx.163.com", "550 MI:NHD 192.0.2.7"),
            By(MX, "550 5.7.1 Helo command rejected: host not found"),
            By(MX, "450 4.7.1 <srv.lan>: Helo command rejected: Malformed DNS server reply"),
            By("163mx01.mxmail.netease.com", "550 MI:NHD http://mail.163.com/help/help_spam_16.htm"),
            By(MX, "550 Invalid HELO name (See RFC2821 4.1.1.1)"),
            By(MX, "550 Access denied - Invalid HELO name (See RFC2821 4.1.1.1)"),
        ],
        "reverse_dns_failed": [
            By(MX, "450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.7]"),
            By(MX, "550 4.7.1 Client host rejected: cannot find your reverse hostname, [192.0.2.7]"),
            By("mx00.gmx.net", "554 Bad DNS PTR resource record."),
            By(MX, "550 No valid rDNS/PTR record found."),
            By(MX, "554 5.7.1 Reverse DNS lookup for host 192.0.2.7 failed permanently"),
            By(MX, "550 发件服务器IP没有反向解析(PTR记录)"),
            By(MX, "550 寄件伺服器沒有反解"),
            By(MX, "550 Kein gültiger Reverse-DNS-Eintrag für 192.0.2.7"),
            By(MX, "550 送信元IPアドレスの逆引きができません"),
            By(MX, "550 Отсутствует обратная зона (PTR) для 192.0.2.7"),
            By(MX, "550 Pas d'enregistrement PTR pour 192.0.2.7"),
            By(MX, "550 No existe registro PTR para 192.0.2.7"),
            By(MX, "550 Sem registro PTR para 192.0.2.7"),
            By(MX, "550 5.7.25 [192.0.2.7] The IP address sending this message does not have a PTR record"),
            By(GMAIL, "550-5.7.25 The IP address sending this message does not have a PTR record setup"),
            By(MX, "554 5.7.1 反向解析失败"),
            By(MX, "550 反向DNS不匹配"),
            By(MX, "550 反解失敗"),
            By(MX, "550 Kein PTR-Eintrag"),
            By(MX, "550 逆引きDNSが設定されていません"),
            By(MX, "550 Обратная запись DNS не найдена"),
            By(MX, "550 DNS inverse absent"),
            By(MX, "550 DNS inverso no encontrado"),
            By(MX, "550 DNS reverso não encontrado"),
            By(MX, "421 4.7.1 Reverse DNS for 192.0.2.7 failed. IB108"),
            By(MX, "450 4.7.1 Client host rejected: cannot find your reverse hostname, [192.0.2.7]"),
            By(MX, "451 4.7.1 Reverse DNS lookup timed out"),
            By(MX, "550 Consulta DNS inversa fallida"),
            By(MX, "451 Échec de la requête DNS inverse"),
            By(MX, "550 反向DNS查询超时"),
            By(MX, "450 逆引きがタイムアウトしました"),
            By(MX, "550 Your IP address does not have a PTR record"),
            By(MX, "554 5.7.1 Fix reverse DNS for 192.0.2.7"),
        ],
        "email_auth_failed": [
            By(MX, "550 5.7.23 SPF validation failed"),
            By(MX, "550 5.7.1 192.0.2.7 is not allowed to send mail from example.com"),
            By(GMAIL, "550-5.7.26 Your email has been blocked because the sender is unauthenticated."),
            By(MX,
                "550 5.7.1 <user@example.org>: Recipient address rejected: Please see "
                "http://www.openspf.org/Why?s=helo;id=mail.example.com;ip=192.0.2.7;r=mx.example.org"),
            By(MX, "550 SPF验证失败"),
            By(MX, "550 SPF 驗證失敗"),
            By(MX, "550 SPF-Prüfung fehlgeschlagen"),
            By(MX, "550 SPF認証に失敗しました"),
            By(MX, "550 Сообщение не прошло проверку SPF"),
            By(MX, "550 La vérification SPF a échoué"),
            By(MX, "550 La verificación SPF ha fallado"),
            By(MX, "550 Falha na verificação SPF"),
            By(MX, "550 5.7.1 SPF unauthorized mail is prohibited"),
            By(MX,
                "550 5.7.0 Message rejected: 192.0.2.7 is not permitted to send for example.com "
                "(SPF fail)"),
            By(MX, "550 SPF检查未通过"),
            By(MX, "550 SPF 檢查失敗"),
            By(MX, "550 SPF: fehlgeschlagen"),
            By(MX, "550 送信ドメイン認証(SPF)に失敗"),
            By(MX, "550 Ошибка проверки SPF"),
            By(MX, "550 Echec SPF"),
            By(MX, "550 Fallo de SPF"),
            By(MX, "550 SPF falhou"),
            By("qq.com", "550 Mail rejected: SPF check failed"),
            By(MX, "451 4.7.24 SPF check: DNS lookup timed out"),
            By(MX, "451 SPF 查询超时"),
            By(MX, "550 寄件者網域 SPF 驗證失敗"),
            By(MX, "550 Die SPF-Prüfung der Absenderdomain ist fehlgeschlagen"),
            By(OUTLOOK,
                "550 5.7.515 Access denied, sending domain example.com doesn't meet the required "
                "authentication level."),
            By(GMAIL,
                "550-5.7.26 This mail has been blocked because the sender is unauthenticated. "
                "Gmail requires all senders to authenticate with either SPF or DKIM."),
            By("163mx01.mxmail.netease.com", "550 MI:SPF http://mail.163.com/help/help_spam_16.htm"),
            By(MX, "550 5.7.1 SPF fail: sender not authorized"),
        ],
    },
    "which list, or none": {
        "ip_blocklisted": [
            By(MX, "554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using sbl.spamhaus.org"),
            By(MX, "550 5.7.1 Rejected: 192.0.2.7 listed at bl.spamcop.net"),
            By(MX, "550 192.0.2.7 rejected because it is in a black list at b.barracudacentral.org"),
            "553 connection block by dnsbl, [http://www.spamhaus.org/query/bl?ip=192.0.2.7]",
            By(MX, "550 发件服务器IP 192.0.2.7 被列入黑名单 zen.spamhaus.org"),
            By(MX, "550 您的 IP 192.0.2.7 被 zen.spamhaus.org 列入黑名單"),
            By(MX, "550 192.0.2.7 steht auf der Blacklist bl.spamcop.net"),
            By(MX, "550 192.0.2.7 находится в чёрном списке bl.spamcop.net"),
            By(MX, "550 L'adresse 192.0.2.7 est sur liste noire (bl.spamcop.net)"),
            By(MX, "550 192.0.2.7 está en la lista negra bl.spamcop.net"),
            By(MX, "550 192.0.2.7 está na lista negra bl.spamcop.net"),
            By(MX, "550 5.7.1 Your IP 192.0.2.7 is on the Spamhaus blacklist"),
            By(MX, "550 5.7.1 Client 192.0.2.7 listed by xbl.spamhaus.org"),
            By(OUTLOOK, "550 5.7.1 Service unavailable, Client host [192.0.2.7] blocked using Spamhaus."),
            By(MX, "550 IP 192.0.2.7 已被 Spamhaus 列入黑名單"),
            By(MX, "550 Ihre IP 192.0.2.7 ist bei Spamhaus gelistet"),
            By(MX, "550 送信元IP 192.0.2.7 は bl.spamcop.net のブラックリストに登録されています"),
            By(MX, "550 Votre IP est listée chez Spamhaus"),
            By(YAHOO,
                "553 5.7.1 [BL21] Connections will not be accepted from 192.0.2.7, because the "
                "ip is in Spamhaus's list"),
            By(MX, "554 5.7.1 Helo command rejected; Client host [192.0.2.7] blocked using bl.spamcop.net"),
            By(MX, "550 5.7.1 Service unavailable; client [192.0.2.7] blocked using Spamhaus XBL"),
            By(MX, "550 Votre serveur 192.0.2.7 est sur liste noire"),
            By(MX, "550 您的服务器IP在黑名单中"),
            By(MX, "550 Ihre IP-Adresse steht auf einer Blacklist"),
            By(MX, "550 IPアドレスがブラックリストに登録されています"),
            By(MX,
                "554 5.7.1 Client host [192.0.2.7] blocked using our internal blacklist at "
                "bl.spamcop.net"),
            By("example-org.mail.protection.outlook.com",
                "550 5.7.1 Service unavailable, Client host [192.0.2.7] blocked using Spamhaus. "
                "To request removal from this list see "
                "https://www.spamhaus.org/query/ip/192.0.2.7 (AS16012612)"),
        ],
        "ip_reputation": [
            By(GMAIL, "421-4.7.0 very low reputation of the sending IP address. gsmtp"),
            By(OUTLOOK,
                "550 5.7.1 Unfortunately, messages from [192.0.2.7] weren't sent. Please contact "
                "your Internet service provider since part of their network is on our block list "
                "(S3140)."),
            By("mx.tlen.example", "550 5.7.1 Your IP has a poor reputation"),
            By(MX, "550 发件服务器IP信誉过低"),
            By(MX, "550 Die Reputation Ihrer IP-Adresse ist zu schlecht"),
            By(MX, "550 Низкая репутация IP-адреса отправителя"),
            By(MX, "550 Mauvaise réputation de l'adresse IP"),
            By(MX, "550 Mala reputación de la dirección IP"),
            By(MX, "550 Má reputação do endereço IP"),
            By(OUTLOOK, "550 5.7.511 Access denied, banned sender[192.0.2.7]"),
            By(MX, "554 5.7.1 Your IP address is blocked by our internal blacklist"),
            By(MX, "550 您的IP信誉不良"),
            By(MX, "550 您的 IP 信譽不佳"),
            By(MX, "550 送信元IPのレピュテーションが低い"),
            By(MX, "550 Ihre IP-Adresse wurde gesperrt"),
            By(MX, "550 IP 被屏蔽"),
            By(MX, "550 Votre adresse IP est bloquée"),
            "550 5.7.511 Access denied, banned sender[192.0.2.7]",
            By(MX, "550 sender IP address 192.0.2.7 is locally blacklisted here"),
            By(YAHOO,
                "553 5.7.2 [TSS09] All messages from 192.0.2.7 will be permanently deferred; "
                "Retrying will NOT succeed."),
            By("example-org.mail.protection.outlook.com",
                "550 5.7.606 Access denied, banned sending IP [192.0.2.7]"),
            By(YAHOO,
                "421 4.7.0 [TSS04] Messages from 192.0.2.7 temporarily deferred due to user "
                "complaints - 4.16.55.1"),
            By("163mx01.mxmail.netease.com", "554 HL:IPB http://mail.163.com/help/help_spam_16.htm"),
        ],
        "dynamic_ip": [
            By(MX, "554 5.7.1 Client host [192.0.2.7] blocked using pbl.spamhaus.org"),
            By(MX, "554 5.7.1 Connections from dynamic IP addresses are not accepted"),
            By(OUTLOOK,
                "550 DY-001 Mail rejected by Outlook.com for policy reasons. We generally do not "
                "accept email from dynamic IP's."),
            By("mxs.mail.ru", "550 We do not accept mail from hosts with dynamic IP or generic PTR-records"),
            By(MX, "550 不接受动态IP发送的邮件"),
            By(MX, "550 不接受動態IP寄出的郵件"),
            By(MX, "550 Keine E-Mails von dynamischen IP-Adressen"),
            By(MX, "550 動的IPアドレスからのメールは受け付けません"),
            By(MX, "550 Почта с динамических IP-адресов не принимается"),
            By(MX, "550 Adresse IP dynamique refusée"),
            By(MX, "550 No se acepta correo de una IP dinámica"),
            By(MX, "550 Não aceitamos e-mail de IP dinâmico"),
            By(MX, "550 5.7.1 Dynamic IP address, use your ISP's mail server"),
            By(MX, "553 dialup/dynamic hosts not accepted"),
            By(MX, "550 192.0.2.7 is in a dynamic range"),
            By(MX, "554 动态IP地址"),
            By(MX, "550 IP dynamique non autorisée"),
            By(MX, "550 Dynamische IP"),
            By(MX, "550 динамический IP"),
            By(MX, "550 5.7.1 Service unavailable; client [192.0.2.7] blocked using Spamhaus PBL"),
        ],
        "domain_blocklisted": [
            By(MX, "554 5.7.1 Sender address [sender@example.com] blocked using dbl.spamhaus.org"),
            By(MX, "550 5.7.1 Message contains a URL listed in multi.surbl.org"),
            By(MX, "554 5.7.1 URL in this email is listed on black.uribl.com"),
            By(MX, "550 5.7.1 Helo domain is listed in Spamhaus (S8001)"),
            "550 Rejected by SURBL.",
            By(GMAIL, "550-5.7.1 very low reputation of the sending domain. gsmtp"),
            By(MX, "550 发件人域名在黑名单中"),
            By(MX, "550 寄件者網域已被列入黑名單"),
            By(MX, "550 Die Absenderdomain steht auf einer Blacklist"),
            By(MX, "550 Домен отправителя в чёрном списке"),
            By(MX, "550 Le domaine de l'expéditeur est sur liste noire"),
            By(MX, "550 El dominio del remitente está en la lista negra"),
            By(MX, "550 O domínio do remetente está na lista negra"),
            By(MX, "550 5.7.1 URL in message listed by dbl.spamhaus.org"),
            By(MX, "550 5.7.1 Message rejected: link to a blacklisted domain"),
            By(MX, "550 邮件中的网址被列入黑名单"),
            By(MX, "550 5.7.1 MailFrom domain is listed in Spamhaus (S8002)"),
            By(MX, "554 5.7.1 The domain example.com is blacklisted"),
            By(MX, "550 Domäne des Absenders ist gesperrt"),
            By(MX, "550 5.7.1 The URL in your message is on our blocklist"),
            By(MX, "554 5.7.1 Helo command [mail.example.com] blocked using dbl.spamhaus.org"),
            By(MX, "550 Ihre Domain steht auf unserer Sperrliste"),
        ],
        "receiver_unavailable": [
            By(MX,
                "554 5.7.1 Client host [192.0.2.7] blocked using zen.spamhaus.org; Error: open "
                "resolver; https://www.spamhaus.org/returnc/pub/192.0.2.53"),
            By(MX, "550 blocked using zen.spamhaus.org (127.255.255.254)"),
            By(MX, "554 rejected: https://www.spamhaus.org/returnc/vol/"),
            By(MX, "554 127.0.0.1 -> Query Refused. See http://uribl.com/refused.shtml"),
            By(MX, "550 192.0.2.7 is listed at dnsbl.ahbl.org"),
            By(MX, "554 Client host [192.0.2.7] blocked using relays.ordb.org"),
            By(MX, "554 Client host [192.0.2.7] blocked using dnsbl.njabl.org"),
            By(MX,
                "550 5.7.1 Client host [192.0.2.7] blocked using zen.spamhaus.org; "
                "https://www.spamhaus.org/returnc/pub/192.0.2.53"),
            By(MX,
                "554 5.7.1 Sender address [s@example.com] blocked using dbl.spamhaus.org; Error: "
                "open resolver; https://www.spamhaus.org/returnc/pub/192.0.2.53"),
            By(MX, "550 192.0.2.7 listed in zen.spamhaus.org, return code 127.255.255.252"),
            By(MX,
                "550 5.7.1 multi.uribl.com: 127.0.0.1 -> Query Refused. See "
                "http://uribl.com/refused.shtml for more information"),
            By(MX, "554 5.7.1 Client host [192.0.2.7] blocked using dul.dnsbl.sorbs.net"),
            By(MX, "550 5.7.1 RBL lookup failed: query refused by zen.spamhaus.org (127.255.255.254)"),
        ],
        "sender_rejected": [
            By(MX, "550 Sender address is on our local blacklist"),
            By(MX, "550 sender envelope address sender@example.com is locally blacklisted here"),
            By(MX, "550 发件人被列入黑名单"),
            By(MX, "550 寄件者已被列入黑名單"),
            By(MX, "550 Der Absender steht auf der Blacklist"),
            By(MX, "550 送信者がブラックリストに登録されています"),
            By(MX, "550 Отправитель находится в чёрном списке"),
            By(MX, "550 L'expéditeur est sur liste noire"),
            By(MX, "550 El remitente está en la lista negra"),
            By(MX, "550 O remetente está na lista negra"),
        ],
    },
    "country, character set or language, content": {
        "geo_blocked": [
            By(MX, "550 5.1.0 <sender@example.com> sender rejected GeoIP example.com:192.0.2.7:CN"),
            By(MX, "550 Your country is not allowed to connect to this server."),
            By(MX, "554 5.7.1 Client host [192.0.2.7] blocked using cn.countries.nerd.dk"),
            By(MX, "550 We do not accept mail from China"),
            By(MX, "550 不接受来自中国的邮件"),
            By(MX, "550 不接受來自該國家的郵件"),
            By(MX, "550 E-Mails aus Ihrem Land werden nicht angenommen"),
            By(MX, "550 この国からのメールは受け付けていません"),
            By(MX, "550 Почта из вашей страны не принимается"),
            By(MX, "550 Les messages de votre pays sont refusés"),
            By(MX, "550 No se acepta correo de su país"),
            By(MX, "550 Não aceitamos e-mail do seu país"),
            By(MX, "554 rejected: IP from blocked country CN"),
            By(MX, "550 Mails from your region are blocked"),
            By(MX, "554 Zugriff aus Ihrem Land gesperrt"),
            By(MX, "550 拒收境外邮件"),
            By(MX, "550 海外からのメールは受信できません"),
            By(MX, "550 拒绝来自境外的邮件"),
            By(MX, "550 Pays de l'expéditeur non autorisé"),
            By(MX, "550 País de origen bloqueado"),
            By(MX, "550 Страна отправителя заблокирована"),
            By(MX, "550 País de origem bloqueado"),
            By(MX, "554 5.7.1 Access denied: country CN blocked"),
            By(MX, "550 Kein Mailempfang aus China"),
            By(MX, "554 5.7.1 blocked using korea.services.net"),
        ],
        "charset_rejected": [
            By(MX, "550 Chinese encoding not accepted by this server"),
            By(MX, '550 Blacklisted by the charset blacklist. Filter comment: "Chinese"'),
            By(MX, "554 5.7.1 Message rejected: character set gb2312 not accepted"),
            By(MX, "550 5.7.1 Messages in this language are not accepted"),
            By(MX, "550 不支持的字符集"),
            By(MX, "550 不接受此字元集"),
            By(MX, "550 Dieser Zeichensatz wird nicht akzeptiert"),
            By(MX, "550 この文字コードは受け付けません"),
            By(MX, "550 Эта кодировка не принимается"),
            By(MX, "550 Jeu de caractères refusé"),
            By(MX, "550 Juego de caracteres no admitido"),
            By(MX, "550 Conjunto de caracteres não aceito"),
            By(MX, "554 5.7.1 gb2312 charset is not allowed"),
            By(MX, "550 We do not accept messages in Chinese"),
            By(MX, "550 Charset GBK blocked"),
            By(MX, "550 5.7.1 Subject in a foreign language is not accepted"),
            By(MX, "550 CHARSET_FARAWAY_HEADER"),
            By(MX, "550 邮件编码不支持"),
            By(MX, "550 対応していない文字コードです"),
            By(MX, "550 Sprache nicht erlaubt"),
            By(MX, "550 Кодировка письма не поддерживается"),
            By(MX, "550 Codage de caractères non pris en charge"),
            By(MX, "550 Idioma no permitido"),
            By(MX, "550 5.7.1 Russian language mail is not accepted"),
        ],
        "spam_content": [
            By(MX, "554 5.7.1 Message rejected as spam"),
            By(MX, "550 5.7.1 message content rejected, UBE, id=01530-01-625"),
            By(MX, "571 5.7.1 message classified as SPAM"),
            By(MX, "550 邮件内容被判定为垃圾邮件"),
            By(MX, "550 此郵件被判定為垃圾郵件"),
            By(MX, "550 Nachricht wurde als Spam eingestuft"),
            By(MX, "550 迷惑メールと判定されました"),
            By(MX, "550 Сообщение похоже на спам"),
            By(MX, "550 Message considéré comme du spam"),
            By(MX, "550 Mensaje considerado spam"),
            By(MX, "550 Mensagem classificada como spam"),
            By(MX, "550 信件內容疑似垃圾郵件"),
            By(MX, "550 内容含有敏感词"),
            By(MX, "550 Ihre Nachricht wurde als Spam erkannt"),
            By(MX, "550 スパムと判定"),
            By(MX, "550 Письмо признано спамом"),
            By(MX, "550 Contenu indésirable"),
            By(MX, "550 Detectado como spam"),
            By(MX, "550 Mensagem bloqueada como spam"),
            By(MX, "550 Сообщение отклонено как спам"),
            By(MX, "550 来自中国的垃圾邮件"),
            By(GMAIL, "550-5.7.1 Our system has detected that this message is likely unsolicited mail."),
            By("mx3.qq.com", "550 Mail content denied"),
            By("163mx01.mxmail.netease.com", "554 DT:SPM http://mail.163.com/help/help_spam_16.htm"),
        ],
    },
    "mailbox unknown, disabled, refused by choice; domain without mail, or not theirs": {
        "recipient_unknown": [
            By(MX,
                "550 5.1.1 <user@example.org>: Recipient address rejected: User unknown in local "
                "recipient table"),
            By(GMAIL, "550-5.1.1 The email account that you tried to reach does not exist."),
            By(MX, "550 No such user here"),
            By(MX, "550 该用户不存在"),
            By(MX, "550 使用者不存在"),
            By(MX, "550 Benutzer unbekannt"),
            By(MX, "550 宛先不明"),
            By(MX, "550 Пользователь не найден"),
            By(MX, "550 Utilisateur inconnu"),
            By(MX, "550 No existe ese usuario"),
            By(MX, "550 Usuário desconhecido"),
            By(MX, "550 收件人不存在"),
            By(MX, "550 查無此使用者"),
            By(MX, "550 Empfänger unbekannt"),
            By(MX, "550 指定されたユーザーは存在しません"),
            By(MX, "550 Такого пользователя нет"),
            By(MX, "550 Почтовый ящик не существует"),
            By(MX, "550 L'adresse n'existe pas"),
            By("smtpin.orange.fr",
                "550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. "
                "OFR_416"),
            By(MX, "550 El usuario no existe"),
            By(MX, "550 Usuário inexistente"),
            By(MX, "550 5.1.1 no mailbox here by that name"),
            By("mx.qq.com", "550 Mailbox not found"),
            By(MX, "550 Пользователь user не существует"),
            By(MX, "550 Empfänger nicht gefunden, bitte in 10 Minuten erneut versuchen"),
            By("example-org.mail.protection.outlook.com",
                "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address "
                "lookup"),
            By("example-org.mail.protection.outlook.com",
                "550 5.4.1 Recipient address rejected: Access denied."),
            By(YAHOO, "554 delivery error: dd This user doesn't have a yahoo.com account"),
            "User asmith (asmith@example.org) not listed in Domino Directory",
            "500 5.1.1 ... User unknown",
            "mailbox unavailable: no such mailbox",
            Own('unknown user: "user"'),
        ],
        "recipient_disabled": [
            By(MX, "550 5.2.1 <user@example.org>: account is disabled"),
            By(GMAIL, "550-5.2.1 The email account that you tried to reach is inactive."),
            By(YAHOO,
                "554 30 Sorry, your message to user@example.org cannot be delivered. This "
                "mailbox is disabled (554.30)."),
            By(MX, "550 收件人帐号已停用"),
            By(MX, "550 收件者帳號已停用"),
            By(MX, "550 Das Konto des Empfängers ist deaktiviert"),
            By(MX, "550 このアカウントは停止されています"),
            By(MX, "550 Почтовый ящик заблокирован"),
            By(MX, "550 Le compte du destinataire est désactivé"),
            By(MX, "550 La cuenta del destinatario está desactivada"),
            By(MX, "550 A conta do destinatário está desativada"),
            By(MX, "550 邮箱已停用"),
            By(MX, "550 帳號已被停用"),
            By(MX, "550 Postfach deaktiviert"),
            By(MX, "550 Konto gesperrt"),
            By(MX, "550 アカウントが無効です"),
            By(MX, "550 Учётная запись отключена"),
            By(MX, "550 Compte désactivé"),
            By(MX, "550 Boîte aux lettres désactivée"),
            By(MX, "550 Buzón desactivado"),
            By(MX, "550 Conta desativada"),
            By(MX, "550 5.2.1 mailbox disabled, not accepting messages"),
            By(MX, "550 用户已被冻结"),
            By(MX, "550 Ящик пользователя отключен"),
            By(MX, "550 User account suspended"),
            By(MX, "550 5.2.1 邮箱被冻结"),
            By(MX, "550 L'adresse a été désactivée"),
            By("example-org.mail.protection.outlook.com", "550 5.2.1 STOREDRV.Deliver; account disabled"),
            By(GMAIL, "550-5.2.1 The email account that you tried to reach is disabled."),
            By("imx.mail.ru", "550 5.2.1 Mailbox is disabled"),
        ],
        "recipient_refused": [
            By("mfsmax.docomo.ne.jp", "550 5.2.0 Unknown user user@docomo.ne.jp"),
            By(MX, "550 5.7.1 RESOLVER.RST.RestrictedToRecipientsPermission; not authorized"),
            By(MX, "550 5.7.1 The recipient does not accept mail from you"),
            By(MX, "550 对方拒收邮件"),
            By(MX, "550 收件者拒收您的郵件"),
            By(MX, "550 Der Empfänger nimmt keine E-Mails von Ihnen an"),
            By(MX, "550 受信拒否設定のため配信できません"),
            By(MX, "550 Получатель отказался принимать ваши письма"),
            By(MX, "550 Le destinataire refuse vos messages"),
            By(MX, "550 El destinatario no acepta sus mensajes"),
            By(MX, "550 O destinatário não aceita suas mensagens"),
            By(MX, "550 用户拒收"),
            By(MX, "550 受信者により拒否されました"),
            By(MX, "550 Vom Empfänger abgelehnt"),
            By(MX, "550 Refusé par le destinataire"),
            By(MX, "550 Rechazado por el destinatario"),
            By(MX, "550 Recusado pelo destinatário"),
            By(MX, "550 Отклонено получателем"),
            By(MX, "550 5.7.1 Recipient only accepts mail from known senders"),
            By(MX, "550 该用户拒收来自此发件人的邮件"),
            By(MX, "550 Der Empfänger hat Ihre Adresse blockiert"),
            By(MX, "550 该用户已将您列入黑名单"),
            By(MX, "550 Sie stehen auf der Blacklist des Empfängers"),
            By("example-org.mail.protection.outlook.com",
                "550 5.7.129 RESOLVER.RST.RestrictedToRecipientsPermission; not authorized to "
                "send to recipient because the sender isn't on the recipient's list"),
            By("mfsmax.docomo.ne.jp", "550 5.2.0 Unknown user"),
        ],
        "domain_not_accepting_mail": [
            By(MX, "556 5.1.10 Recipient address has null MX"),
            Own("Domain nomail.example does not accept mail (nullMX)"),
            Own("an MX or SRV record indicated no SMTP service"),
            By(MX, "521 5.3.2 example.org does not accept mail"),
        ],
        "relay_denied": [
            By(MX, "550 5.7.1 Relaying denied"),
            By(MX, "554 5.7.1 <user@example.org>: Relay access denied"),
            By(MX, "550 拒绝转发"),
            By(MX, "550 Relay nicht erlaubt"),
            By(MX, "550 中継は許可されていません"),
            By(MX, "550 Пересылка запрещена"),
            By(MX, "550 Relais refusé"),
            By(MX, "550 Relay não permitido"),
        ],
    },
    "rate, greylist, throttled by reputation": {
        "rate_limited": [
            By(MX, "421 4.7.0 Too many connections from your IP"),
            By(MX, "450 4.7.1 Error: too much mail from 192.0.2.7"),
            By(GMAIL, "421-4.7.28 unusual rate of unsolicited mail from your IP address"),
            By(MX, "452 4.5.3 Too many recipients"),
            By(MX, "421 发送频率过快"),
            By(MX, "421 寄信頻率過高"),
            By(MX, "421 Zu viele Verbindungen von Ihrer IP-Adresse"),
            By(MX, "421 接続数が多すぎます"),
            By(MX, "421 Превышен лимит отправки сообщений"),
            By(MX, "421 Trop de connexions, veuillez reessayer plus tard"),
            By(MX, "421 Demasiadas conexiones"),
            By(MX, "421 Muitas conexões"),
            By(MX, "450 4.7.1 rate limit exceeded, try again later"),
            By(MX, "421 连接过于频繁，请稍后重试"),
            By(MX, "421 單位時間內連線數過多"),
            By(MX, "450 Zu viele Nachrichten in kurzer Zeit"),
            By(MX, "421 送信数の制限を超えました"),
            By(MX, "450 Слишком много писем, попробуйте позже"),
            By(MX, "450 Trop de messages"),
            By(MX, "450 Demasiados mensajes"),
            By(MX, "450 Limite de envio excedido"),
            By("mx.qq.com", "550 Ip frequency limited"),
            By(MX, "450 该用户收信过于频繁"),
            By(MX, "452 4.5.3 收件人数量过多"),
            By(MX, "421 4.7.1 Слишком много соединений с вашего IP"),
            By(MX, "421 Le serveur distant a refusé la connexion : trop de connexions"),
            By(MX, "450 发送过于频繁，请10分钟后再试"),
            By("example-org.mail.protection.outlook.com",
                "451 4.7.500 Server busy. Please try again later from [192.0.2.7]."),
            By(GMAIL,
                "450-4.2.1 The user you are trying to contact is receiving mail at a rate that "
                "prevents additional messages from being delivered."),
            By("mx3.qq.com", "550 Connection frequency limited"),
        ],
        "greylisted": [
            By(MX, "450 4.2.0 <user@example.org>: Recipient address rejected: Greylisted"),
            By(MX, "451 4.7.1 Greylisting in action, please come back in 00:05:00"),
            By(MX, "451 4.7.1 Graylisted, please try again later"),
            By(MX, "451 灰名单，请稍后重试"),
            By(MX, "451 灰名單，請稍後再試"),
            By(MX, "451 Greylisting aktiv, bitte versuchen Sie es später erneut"),
            By(MX, "451 グレイリスティングにより一時的に拒否しました"),
            By(MX, "451 Серый список, повторите попытку позже"),
            By(MX, "451 Liste grise, veuillez réessayer plus tard"),
            By(MX, "451 Lista gris, intente más tarde"),
            By(MX, "451 Lista cinza, tente mais tarde"),
            By(MX, "451 4.7.1 You have been greylisted, try again in 300 seconds"),
            By(MX, "450 首次投递，灰名单过滤，请稍后重试"),
            By(MX, "450 Temporär abgelehnt (Greylisting)"),
            By(MX, "450 grey listed"),
            By(MX, "451 Message greylisté, réessayez plus tard"),
            By(MX, "450 Temporarily rejected due to greylisting"),
            By(MX, "450 初めての送信元のため一時的に拒否しました。しばらくしてから再送してください"),
            By(MX, "450 请5分钟后重试"),
            By(MX, "450 請 10 分鐘後再試"),
            By(MX, "450 Bitte in 10 Minuten erneut versuchen"),
            By(MX, "450 Повторите попытку через 5 минут"),
            By(MX, "450 5分後に再試行してください"),
            By(MX, "450 Veuillez réessayer dans 10 minutes"),
            By(MX, "450 4.7.0 Отложено по серому списку"),
            By(MX, "450 Temporär abgewiesen, in 10 Minuten erneut versuchen"),
            By("mx1.naver.com", "451 4.3.0 Greylisting"),
        ],
        "ip_reputation": [
            By(YAHOO,
                "421 4.7.0 [TSS04] Messages from 192.0.2.7 temporarily deferred due to "
                "unexpected volume or user complaints"),
            By(GMAIL, "421-4.7.0 very low reputation of the sending IP address. gsmtp"),
            By(MX, "421 4.7.1 Throttled due to poor IP reputation"),
            By(MX, "450 4.7.1 Deferred because of the reputation of your IP address"),
        ],
    },
    "expired and suspended, by the last error": {
        "delivery_expired": [
            "550 4.4.7 Message expired",
            Own("retry timeout exceeded"),
            "550 5.4.7 Delivery expired (message too old)",
            "Message could not be delivered for more than 5 days",
            "超过最大重试次数，投递失败",
            "邮件过期",
            "Die Nachricht konnte innerhalb von 5 Tagen nicht zugestellt werden",
            "Délai de livraison expiré",
            "El mensaje ha caducado",
            "A mensagem expirou",
            "メッセージの有効期限が切れました",
            "Срок доставки сообщения истёк",
            "554 4.4.7 Message expired: unable to deliver in 840 minutes.<>",
            "#< #5.0.0 smtp; 5.4.7 - Delivery expired (message too old)>",
            "retry timeout exceeded",
        ],
        "connect_timeout": [
            "554 4.4.7 Message expired: unable to deliver in 840 minutes.<421 4.4.2 Connection timed out>",
            Own(
                "delivery temporarily suspended: connect to mx.example.org[192.0.2.25]:25: "
                "Operation timed out"
            ),
            Own("delivery temporarily suspended: connect to mx.example.org[192.0.2.25]:25: No route to host"),
            "Message expired: connect to mx.example.org[192.0.2.25]:25: Connection timed out",
            (
                "I'm not going to try again; this message has been in the queue too long. Sorry, "
                "I wasn't able to establish an SMTP connection. (#4.4.1)"
            ),
            "554 5.4.7 Delivery expired (connect to mx.example.org[192.0.2.25]:25: Connection timed out)",
            "550 5.4.300 Message expired -> 451 4.4.0 Connection timed out",
            "超过最大重试次数，投递失败：连接对方服务器超时",
            "mx.example.org [192.0.2.25]: Connection timed out: retry timeout exceeded",
        ],
        "connection_failed": [
            Own(
                "delivery temporarily suspended: connect to mx.example.org[192.0.2.25]:25: "
                "Connection refused"
            ),
            Own(
                "delivery temporarily suspended: lost connection with mx.example.org[192.0.2.25] "
                "while sending RCPT TO"
            ),
            "554 4.4.7 Message expired: unable to deliver in 840 minutes.<connection refused>",
            Own(
                "delivery temporarily suspended: connect to mx.example.org[192.0.2.25]:25: "
                "Connection reset by peer"
            ),
            Own(
                "delivery temporarily suspended: conversation with mx.example.org[192.0.2.25] "
                "timed out while receiving the initial server greeting"
            ),
            "mx.example.org [192.0.2.25]: Connection refused: retry timeout exceeded",
        ],
        "dns_lookup_failed": [
            Own(
                "delivery temporarily suspended: Host or domain name not found. Name service "
                "error for name=example.org type=MX: Host not found, try again"
            ),
            "Message expired: Name service error for name=example.org type=MX: Host not found, try again",
        ],
        "mailbox_full": [
            "554 4.4.7 Message expired: unable to deliver in 840 minutes.<452 4.2.2 Mailbox full>",
            "550 4.4.7 QUEUE.Expired; message expired; last error: 452 4.2.2 mailbox full",
            Own(
                "delivery temporarily suspended: host mx.example.org[192.0.2.25] said: 452 4.2.2 "
                "Mailbox full"
            ),
            "Message expired: 452 4.2.2 over quota",
            "邮件过期：对方邮箱已满",
            "mailbox is full: retry timeout exceeded",
        ],
        "greylisted": [
            "550 5.4.7 Delivery expired. Last error: 451 4.7.1 Greylisted, try again later",
            "554 4.4.7 Message expired: unable to deliver in 840 minutes.<450 4.2.0 Greylisted>",
            Own("delivery temporarily suspended: host mx.example.org[192.0.2.25] said: 450 4.2.0 Greylisted"),
        ],
        "ip_blocklisted": [
            Own(
                "delivery temporarily suspended: host mx.example.org[192.0.2.25] refused to talk "
                "to me: 554 5.7.1 Client host [192.0.2.7] blocked using zen.spamhaus.org"
            ),
        ],
        "tls_failed": [
            Own(
                "delivery temporarily suspended: TLS is required, but was not offered by host "
                "mx.example.org[192.0.2.25]"
            ),
        ],
        "rate_limited": [
            "554 4.4.7 Message expired: unable to deliver in 840 minutes.<421 4.7.0 Too many connections>",
        ],
        "recipient_domain_unknown": [
            "554 4.4.7 Message expired: unable to deliver in 840 minutes.<DNS Error: Domain name not found>",
        ],
        "dns_timeout": [
            "Message expired: DNS query timed out",
        ],
        "receiver_unavailable": [
            "554 5.4.7 Delivery expired. Last error: 452 4.3.1 Insufficient system storage",
        ],
    },
}  # fmt: skip

LINES = [
    pytest.param(reason, line, id=f"{reason}-{n}-{i}")
    for n, sides in enumerate(SIDES.values())
    for reason, lines in sides.items()
    for i, line in enumerate(lines)
]


@pytest.mark.parametrize(("reason", "line"), LINES)
def test_each_line_has_its_reason(reason: str, line: Line) -> None:
    """A line gets the reason that it means, and suppresses the address only where that is dead for good."""
    report = ndrkit.explain(mail_of(line))
    check_report(report)
    (finding,) = report.findings
    assert finding.reason == reason
    assert finding.verdict.suppress == (reason in DEAD)


def test_every_side_has_lines() -> None:
    """Each side of a distinction is proved by four lines or more, each kind of last error by one."""
    for group, sides in SIDES.items():
        few = 1 if "last error" in group else 4
        assert len(sides) > 1
        assert all(len(lines) >= few for lines in sides.values()), group


@pytest.mark.parametrize("text", ["450 4.1.1 <user@example.org>: User unknown", "450 4.1.2 Domain not found",
                                  "450 4.2.1 <user@example.org>: mailbox disabled"])  # fmt: skip
def test_what_may_pass_suppresses_nothing(text: str) -> None:
    """A temporary refusal declares no address dead, whatever it names."""
    (finding,) = ndrkit.explain(mail_of(By(MX, text))).findings
    assert finding.reason in DEAD
    assert not finding.verdict.suppress
    assert not finding.verdict.permanent


WAITS = {
    "450 4.2.0 Greylisted, please try again in 300 seconds": 300,
    "451 4.7.1 Greylisting in action, please come back in 00:05:00": 300,
    "421 4.7.0 Too many connections, try again in an hour": 3600,
    "450 5 分钟后重试": 300,
    "450 请24小时后再试": 86400,
    "450 請於 5 分鐘後重試": 300,
    "451 請30秒後再試": 30,
    "450 in 10 Minuten erneut versuchen": 600,
    "451 Bitte in einer Stunde wieder versuchen": 3600,
    "451 Bitte warten Sie 30 Sekunden": 30,
    "450 5分後に再試行してください": 300,
    "450 1時間後に再度お試しください": 3600,
    "450 10分以上経ってから再送信してください": 600,
    "450 Повторите попытку через 5 минут": 300,
    "450 Попробуйте через 1 час": 3600,
    "450 Подождите 2 минуты": 120,
    "450 Veuillez réessayer dans 10 minutes": 600,
    "450 Réessayez dans une heure": 3600,
    "450 Inténtelo de nuevo en 5 minutos": 300,
    "450 Vuelva a intentarlo dentro de una hora": 3600,
    "450 Tente novamente em 5 minutos": 300,
    "450 Aguarde 30 segundos": 30,
    "450 5분 후 다시 시도하십시오": 300,
    "450 Riprovare tra 5 minuti": 300,
    "421 Try again later": None,
    "552 5.2.2 Mailbox over quota for 30 days": None,
    "554 5.4.7 Message expired after 5 days": None,
    "554 4.4.7 Message expired: unable to deliver in 840 minutes": None,
    "552 邮箱已满30天": None,
    "550 Das Postfach ist seit 30 Tagen voll": None,
}


@pytest.mark.parametrize(("text", "seconds"), WAITS.items())
def test_how_long_to_wait(text: str, seconds: int | None) -> None:
    """A time to come back is told in seconds, in every language; any other time is not one."""
    (finding,) = ndrkit.explain(mail_of(By(MX, text))).findings
    assert finding.to_dict()["retry_after_s"] == seconds


FORWARDED = [
    "550 5.7.23 SPF validation failed: mail.example.com is not allowed to send for example.net",
    "550 5.7.1 192.0.2.7 is not permitted to send mail from example.net",
    "550-5.7.26 This mail has been blocked because the sender is unauthenticated. SPF [example.net] with ip: "
    "[192.0.2.7] = did not pass",
    "550 SPF验证失败",
]


@pytest.mark.parametrize("text", FORWARDED)
def test_a_forwarder_that_breaks_spf(text: str) -> None:
    """Refused behind a forwarder, nobody's address is dead, and the advice speaks of forwarding."""
    written = b"Original-Recipient: rfc822; alias@example.com\nFinal-Recipient:"
    mail = REPORT.format(status="5.7.1", host=MX, text=text).encode().replace(b"Final-Recipient:", written)
    (finding,) = ndrkit.explain(mail, voice="agent").findings
    assert finding.recipient == "user@example.org"
    assert finding.to_dict()["original_recipient"] == "alias@example.com"
    assert (finding.reason, finding.verdict.remedy) == ("email_auth_failed", "fix_server")
    assert not finding.verdict.suppress
    assert any("forwarded" in step for step in finding.advice.steps)


@pytest.mark.parametrize(
    ("date", "reason"),
    [
        ("Fri, 29 Apr 2016 23:34:45 +0000", "ip_blocklisted"),
        ("Thu, 6 Jun 2024 08:00:00 +0000", "receiver_unavailable"),
        ("yesterday", "receiver_unavailable"),
    ],
)
def test_a_list_that_has_closed_was_alive_in_older_mail(date: str, reason: str) -> None:
    """SORBS closed on 5 June 2024: until then its listings were real, now the receiver is at fault."""
    said = "554 5.7.1 Service unavailable; Client host [203.0.113.9] blocked using dnsbl.sorbs.net"
    mail = f"Date: {date}\n".encode() + REPORT.format(status="5.7.1", host=MX, text=said).encode()
    (finding,) = ndrkit.explain(mail).findings
    assert finding.reason == reason
    assert finding.verdict.blocklist == Blocklist("sorbs", "SORBS")


@pytest.mark.parametrize(
    "text",
    ["550 您的IP在RBL黑名单中", "550 IPはRBLのブラックリストに載っています", "550 IP블랙리스트에 있음"],
)
def test_words_of_scripts_without_blanks_begin_anywhere(text: str) -> None:
    """A Chinese, Japanese or Korean word right behind a Latin one is found all the same."""
    (finding,) = ndrkit.explain(text).findings
    assert (finding.reason, finding.cause) == ("ip_blocklisted", "blocklisted")
